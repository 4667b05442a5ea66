/** What goes over the wire, as lines that may be shown to anybody.
 *
 *    written ───┐                       ┌─▶ recent     always, a ring
 *    read ──────┼─▶ without secrets ──▶─┤
 *    noticed ───┘                       └─▶ entries$   as long as somebody is subscribed
 *
 * The clock is asked once for a chunk of bytes: what stands in it, and what is done about it at once, has the time at which it came.
 */
import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../../streams/clock.ts';
import type { WireEvent } from '../../streams/wire-event.ts';
import type { WireEntry } from '../trace/trace-entry.ts';
import type { RecentTrace } from './recent-trace.ts';
import { lengthOf } from './results.ts';
import type { Secrets } from './secrets.ts';

export interface WireTraceOptions {
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** Keeps the last lines. */
  readonly recent?: RecentTrace;
}

export class WireTrace {
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #recent: RecentTrace | undefined;
  readonly #entries = new Subject<WireEntry>();
  /** When the chunk came that is being read. */
  #cameAtMs: number | undefined;

  constructor({ clock, secrets, recent }: WireTraceOptions) {
    this.#clock = clock;
    this.#secrets = secrets;
    if (recent?.keepsAny) this.#recent = recent;
  }

  get entries$(): Observable<WireEntry> {
    return this.#entries.asObservable();
  }

  /** Time of what is noted now: never before that of an entry. */
  now(): number {
    return this.#cameAtMs ?? this.#clock.now();
  }

  /** A chunk came at that time, and is read from now on. */
  began(cameAtMs: number): void {
    this.#cameAtMs = cameAtMs;
  }

  /** It has been read. */
  ended(): void {
    this.#cameAtMs = undefined;
  }

  /** Something was written, or noticed. */
  note(entry: Omit<WireEntry, 'atMs'>): void {
    if (!this.#isLookedAt) return;
    if (this.#cameAtMs !== undefined) this.#cameAtMs = this.#clock.now();
    this.#tell({ atMs: this.now(), ...entry });
  }

  /** Something was read. */
  read(event: WireEvent): void {
    if (!this.#isLookedAt) return;
    if (event.kind === 'urc' && !this.#entries.observed && !this.#secrets.isWary) {
      this.#recent?.addUnshown(entryWith(this.now(), 'urc', event.text, event.payload), this.#secrets);
      return;
    }
    const entry = this.#entryOf(event);
    if (entry) this.#tell(entry);
  }

  get #isLookedAt(): boolean {
    return this.#recent !== undefined || this.#entries.observed;
  }

  #tell(entry: WireEntry): void {
    this.#recent?.add(entry);
    if (this.#entries.observed) this.#entries.next(entry);
  }

  /** Nothing about echoes and data. */
  #entryOf(event: WireEvent): WireEntry | undefined {
    const atMs = this.now();
    const secrets = this.#secrets;
    switch (event.kind) {
      case 'urc':
        return entryWith(atMs, 'urc', secrets.shown(event.text), event.payload);
      case 'info':
        return entryWith(atMs, 'rx', secrets.shownInfo(event.line), event.payload);
      case 'final':
        return { atMs, kind: 'rx', text: secrets.shownResult(event.result) };
      case 'prompt':
        return { atMs, kind: 'rx', text: '>' };
      case 'unknown':
        return { atMs, kind: 'unknown', text: secrets.shownUnknown(event.text) };
      case 'garbage':
        return { atMs, kind: 'garbage', text: `${event.reason}, ${event.lengthBytes} bytes` };
      default:
        return undefined;
    }
  }
}

function entryWith(
  atMs: number,
  kind: 'urc' | 'rx',
  text: string,
  payload: readonly Uint8Array[],
): WireEntry {
  return payload.length === 0 ? { atMs, kind, text } : { atMs, kind, text, payloadBytes: lengthOf(payload) };
}
