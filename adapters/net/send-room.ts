/** How much the module still takes: it keeps what its peer has not acknowledged, and says SEND FAIL when there is no room for more
 * (protocol.md §7.4). How much it keeps is in no manual, so it is learnt.
 *
 *    SEND FAIL ──▶ counters: it keeps so many bytes, and one send more was too many
 *    counters  ──▶ it keeps fewer by now: there is room for the difference, nobody has to try
 *    counters  ──▶ so long ago was sent what is acknowledged by now: when the next acknowledgement can be expected
 */
import { type Clock, uptimeOf } from '../../streams/clock.ts';
import type { SendCounters } from '../dialects/dialect.ts';

/** Sends behind which it is tried again whether there is more room than was learnt. */
const SENDS_UNTIL_TRIED = 64;
/** More sends than that are not in a buffer; of what falls out nothing is expected. */
const MOST_REMEMBERED = 64;
const SHORTEST_WAIT_MS = 20;

/** Up to which byte of the connection a send went, and when the module took it. */
interface Sent {
  readonly endBytes: number;
  readonly atMs: number;
}

export class SendRoom {
  readonly #clock: Clock;
  /** Unacknowledged bytes that it keeps when it takes no more, as far as is known. */
  #mostBytes: number | undefined;
  /** What it takes for sure; missing where only trying tells. */
  #freeBytes: number | undefined;
  /** It had nothing to wait for when the counters were read. */
  #isEmpty = false;
  #sends = 0;
  /** Not known to be acknowledged, oldest first. */
  readonly #sent: Sent[] = [];
  #acknowledgedBytes = 0;
  #roundTripMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What it goes by, of this moment and what was learnt before: equal ones go on alike. */
  get knowledge(): string {
    if (this.#roundTripMs === undefined && this.#mostBytes === undefined) return '';
    const sends = this.#mostBytes === undefined ? 0 : this.#sends;
    return [this.#roundTripMs, this.#mostBytes, this.#freeBytes, this.#isEmpty, sends].join(' ');
  }

  /** How much of a send of `wantedBytes` may be written: all of it as a rule, 0 when the counters must be read first. */
  of(wantedBytes: number): number {
    const freeBytes = this.#freeBytes ?? wantedBytes;
    if (freeBytes >= wantedBytes) return wantedBytes;
    return this.#isEmpty ? freeBytes : 0; // there will never be more than that
  }

  /** When there may be room for as much: milliseconds from now; `undefined` where nothing tells. */
  expectedInMs(wantedBytes: number): number | undefined {
    if (this.#mostBytes === undefined || this.#roundTripMs === undefined) return undefined;
    const neededBytes = this.#acknowledgedBytes + wantedBytes - (this.#freeBytes ?? 0);
    const send = this.#sent.find(({ endBytes }) => endBytes >= neededBytes);
    if (send === undefined) return undefined;
    const restMs = send.atMs + this.#roundTripMs - uptimeOf(this.#clock);
    return Math.max(SHORTEST_WAIT_MS, Math.abs(restMs)); // what is overdue is looked for in growing steps
  }

  /** The module took a send that ends with byte `endBytes` of the connection.
   *
   * @param toldBytes room that is left, where the module says so with each send (rg, `sendinfo`).
   */
  taken(lengthBytes: number, endBytes: number, toldBytes?: number): void {
    this.#isEmpty = false;
    this.#sent.push({ endBytes, atMs: uptimeOf(this.#clock) });
    if (this.#sent.length > MOST_REMEMBERED) this.#sent.shift();
    if (toldBytes !== undefined) this.#told(toldBytes);
    else if (this.#freeBytes !== undefined) this.#freeBytes = Math.max(0, this.#freeBytes - lengthBytes);
    if (++this.#sends >= SENDS_UNTIL_TRIED) this.#forget();
  }

  /** A send was too long. */
  refused(toldBytes = 0): void {
    this.#told(toldBytes);
  }

  /** The counters were read. */
  counted({ acknowledgedBytes, unacknowledgedBytes }: SendCounters): void {
    this.#acknowledged(acknowledgedBytes);
    if (this.#freeBytes !== undefined) this.#mostBytes ??= unacknowledgedBytes + this.#freeBytes;
    this.#isEmpty = unacknowledgedBytes === 0;
    if (this.#mostBytes !== undefined) this.#freeBytes = Math.max(0, this.#mostBytes - unacknowledgedBytes);
    if (this.#isEmpty && this.#freeBytes === 0) this.#forget(); // it was refused for another reason
  }

  /** Everything is acknowledged. */
  emptied(): void {
    this.#sent.length = 0;
    this.#isEmpty = true;
    this.#freeBytes = this.#mostBytes;
  }

  /** The module has no counters: nothing can be learnt, it is tried. */
  uncounted(): void {
    this.#forget();
  }

  #acknowledged(bytes: number): void {
    this.#acknowledgedBytes = bytes;
    let last: Sent | undefined;
    while (this.#sent[0] && this.#sent[0].endBytes <= bytes) last = this.#sent.shift();
    if (last === undefined) return;
    const nowMs = uptimeOf(this.#clock);
    // It takes no longer than since the last one that is through, and longer than since the first one that is not.
    const mostMs = nowMs - last.atMs;
    const leastMs = this.#sent[0] ? nowMs - this.#sent[0].atMs : 0;
    this.#roundTripMs = Math.max(leastMs, Math.min(this.#roundTripMs ?? mostMs, mostMs));
  }

  #told(freeBytes: number): void {
    this.#forget();
    this.#freeBytes = freeBytes;
  }

  #forget(): void {
    this.#mostBytes = undefined;
    this.#freeBytes = undefined;
    this.#sends = 0;
  }
}
