/** Bytes to frames to meaning, and time.
 *
 * @module urchestra/streams
 */
export * from './clock.ts';
export { type CommandForm, type CommandLine, parseCommandLine } from './command-line.ts';
export type { FoundParts } from './counted-payload.ts';
export type { DataStream } from './data-stream.ts';
export type { WrittenCommand } from './expectation.ts';
export { type Field, parseFields } from './fields.ts';
export { Framer, type FrameSink, type GarbageReason, NO_PAYLOAD } from './frames.ts';
export type { HeaderPartName, HeaderParts } from './header-parts.ts';
export type { KnownState, SocketState } from './host-state.ts';
export { Reader, type ReaderOptions, wireEvents } from './reader.ts';
export { isBootNotice, type Urc, type UrcName } from './urcs.ts';
export type { PayloadHeader, WireEvent } from './wire-event.ts';
