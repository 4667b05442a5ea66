import type { Writable } from 'node:stream';
import type { VirtualModule } from './module.ts';

/** A virtual module that other programs can reach. */
export interface ServedModule {
  /** Where: the path of the link, or `host:port`. */
  readonly address: string;
  /** Takes it away: nothing is left behind. Idempotent. */
  close(): Promise<void>;
}

/** A virtual module cannot be served as asked: the message is one line that says what to do. */
export class ServeError extends Error {
  /** Always `ServeError`. */
  override readonly name = 'ServeError';
}

/** Bytes that are taken from a program ahead of the serial line. */
export const INPUT_AHEAD_BYTES = 4096;

/** Writes output; while the other end has no room the rest waits in the module, as hardware flow control does it. */
export function writeOutput(module: VirtualModule, sink: Writable, bytes: Uint8Array): void {
  if (sink.write(bytes)) return;
  module.setClearToSend(false);
  sink.once('drain', () => module.setClearToSend(true));
}
