/** The classic XState inspector, for `xstateInspector()` of urchestra/inspect. */
export { ClassicBridge, type ClassicViewer, type Wish } from './bridge.ts';
export { delayNames, type Version4Config, version4Config } from './definition.ts';
export { type PresentedActor, PresentedService, type PresentedSnapshot } from './service.ts';
