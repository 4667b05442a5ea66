import type { WireEvent } from '../../streams/wire-event.ts';
import type { WireEntry } from '../trace/trace-entry.ts';
import { lengthOf } from './results.ts';
import type { Secrets } from './secrets.ts';

/** What a trace says about something that was read; nothing about echoes and data. */
export function traceOf(event: WireEvent, secrets: Secrets): Omit<WireEntry, 'atMs'> | undefined {
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
