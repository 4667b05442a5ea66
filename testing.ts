/** Tools for tests of programs that use urchestra: virtual time, an in-process port, stores in memory.
 *
 * @module urchestra/testing
 */
export { type FarEnd, memoryPortPair } from './adapters/memory-port.ts';
export { memoryStore } from './adapters/store/memory-store.ts';
export { settled, VirtualClock } from './streams/clock.ts';
