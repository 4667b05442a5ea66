import type { WireEvent } from '../../streams/wire-event.ts';
import { lengthOf } from './results.ts';
import type { Secrets } from './secrets.ts';

/** One thing that happened on the wire, secrets blanked out, payload only as its length. */
export interface TraceEntry {
  /** Clock time in milliseconds. */
  readonly atMs: number;
  /** `tx` was written, `rx` answers a command; `urc` came unasked, `unknown` has no known form, `garbage` is noise; `note`
   * is no line. */
  readonly kind: 'tx' | 'rx' | 'urc' | 'unknown' | 'garbage' | 'note';
  /** The line without its line end, secrets blanked out. */
  readonly text: string;
  /** Payload that went with it, in bytes. */
  readonly payloadBytes?: number;
}

/** What a trace says about something that was read; nothing about echoes and data. */
export function traceOf(event: WireEvent, secrets: Secrets): Omit<TraceEntry, 'atMs'> | undefined {
  switch (event.kind) {
    case 'final':
      return { kind: 'rx', text: secrets.shownResult(event.result) };
    case 'prompt':
      return { kind: 'rx', text: '>' };
    case 'unknown':
      return { kind: 'unknown', text: secrets.shownUnknown(event.text) };
    case 'garbage':
      return { kind: 'garbage', text: `${event.reason}, ${event.lengthBytes} bytes` };
    case 'urc':
      return { kind: 'urc', text: secrets.shown(event.text), ...sized(event.payload) };
    case 'info':
      return { kind: 'rx', text: secrets.shownInfo(event.line), ...sized(event.payload) };
    default:
      return undefined;
  }
}

function sized(slices: readonly Uint8Array[]): { readonly payloadBytes?: number } {
  return slices.length === 0 ? {} : { payloadBytes: lengthOf(slices) };
}
