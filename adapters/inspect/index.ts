/** XState inspectors: which state is it in, and how did it get there?
 *
 * @module urchestra/inspect
 */
export type { InspectedActor, InspectedSnapshot, Inspection, Inspector } from './inspector.ts';
export type { InspectorOptions } from './inspector-options.ts';
export { statelyInspector } from './stately-inspector.ts';
export { type XstateInspectorOptions, xstateInspector } from './xstate-inspector.ts';
