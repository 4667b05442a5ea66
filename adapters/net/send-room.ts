/** How much the module still takes: it keeps what its peer has not acknowledged, and says SEND FAIL when there is no room for more
 * (protocol.md §7.4). How much it keeps is in no manual, so it is learnt.
 *
 *    SEND FAIL ──▶ counters: it keeps so many bytes, and one send more was too many
 *    counters  ──▶ it keeps fewer by now: there is room for the difference, nobody has to try
 *    counters  ──▶ so long ago was sent what is acknowledged by now: when the next acknowledgement can be expected
 *
 * What was learnt may be wrong, for a send may be refused for another reason: it holds until the buffer is empty, or for a few sends.
 */
import { type Clock, uptimeOf } from '../../streams/clock.ts';
import type { SendCounters } from '../dialects/dialect.ts';

/** Sends behind which it is tried whether there is more room than was learnt: twice as many whenever there was not. */
const FIRST_UNTIL_TRIED = 4;
const MOST_UNTIL_TRIED = 64;
/** More sends than that are not in a buffer; of what falls out nothing is expected. */
const MOST_REMEMBERED = 64;
const SHORTEST_WAIT_MS = 20;
/** A module that takes no more than that at once is no use. */
const SHORTEST_SEND_BYTES = 64;

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
  /** Length of the send that was refused, until the counters are read. */
  #refusedBytes: number | undefined;
  /** A longer send was refused by an empty buffer. */
  #longestBytes = Number.POSITIVE_INFINITY;
  /** What was learnt last, and is being tried. */
  #triedBytes = 0;
  #untilTried = FIRST_UNTIL_TRIED;
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
    const sends = this.#mostBytes === undefined ? 0 : this.#sends;
    const known = [this.#roundTripMs, this.#mostBytes, this.#freeBytes, sends];
    return [...known, this.#longestBytes, this.#triedBytes, this.#untilTried].join(' ');
  }

  /** How much of a send of `wantedBytes` may be written: all of it as a rule, 0 when the counters must be read first. */
  of(wantedBytes: number): number {
    const lengthBytes = Math.min(wantedBytes, this.#longestBytes);
    return (this.#freeBytes ?? lengthBytes) >= lengthBytes ? lengthBytes : 0;
  }

  /** When there may be room for as much: milliseconds from now; `undefined` where nothing tells. */
  expectedInMs(wantedBytes: number): number | undefined {
    if (this.#mostBytes === undefined || this.#roundTripMs === undefined) return undefined;
    const lengthBytes = Math.min(wantedBytes, this.#longestBytes);
    const neededBytes = this.#acknowledgedBytes + lengthBytes - (this.#freeBytes ?? 0);
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
    this.#sent.push({ endBytes, atMs: uptimeOf(this.#clock) });
    if (this.#sent.length > MOST_REMEMBERED) this.#sent.shift();
    if (lengthBytes >= this.#longestBytes) this.#longestBytes *= 2;
    if (toldBytes !== undefined) this.#told(toldBytes);
    else if (this.#freeBytes !== undefined) this.#freeBytes = Math.max(0, this.#freeBytes - lengthBytes);
    if (++this.#sends >= this.#untilTried) this.#forget();
  }

  /** A send was too long. */
  refused(lengthBytes: number, toldBytes = 0): void {
    this.#told(toldBytes);
    this.#refusedBytes = lengthBytes;
  }

  /** The counters were read. */
  counted({ acknowledgedBytes, unacknowledgedBytes }: SendCounters): void {
    this.#acknowledged(acknowledgedBytes);
    const refusedBytes = this.#refusedBytes;
    this.#refusedBytes = undefined;
    if (unacknowledgedBytes === 0) {
      if (refusedBytes !== undefined) this.#shorten(refusedBytes);
      this.#forget();
      return;
    }
    if (this.#freeBytes !== undefined) this.#learn(unacknowledgedBytes + this.#freeBytes, refusedBytes ?? 0);
    if (this.#mostBytes !== undefined) this.#freeBytes = Math.max(0, this.#mostBytes - unacknowledgedBytes);
  }

  /** Everything is acknowledged: what was learnt may have been wrong. */
  emptied(): void {
    this.#sent.length = 0;
    this.#forget();
  }

  /** The module has no counters: nothing can be learnt, it is tried. */
  uncounted(): void {
    this.#refusedBytes = undefined;
    this.#forget();
  }

  #learn(keptBytes: number, refusedBytes: number): void {
    if (this.#mostBytes !== undefined) return;
    // It has room for a send at least, or the buffer would never be of use: it was refused for another reason.
    if (keptBytes < refusedBytes) {
      this.#forget();
      return;
    }
    const isTheSame = keptBytes <= this.#triedBytes + refusedBytes;
    this.#untilTried = isTheSame ? Math.min(2 * this.#untilTried, MOST_UNTIL_TRIED) : FIRST_UNTIL_TRIED;
    this.#triedBytes = keptBytes;
    this.#mostBytes = keptBytes;
  }

  /** An empty buffer had no room: there will never be more, so it is tried with less. */
  #shorten(refusedBytes: number): void {
    const toldBytes = this.#freeBytes ?? 0;
    this.#longestBytes = Math.max(SHORTEST_SEND_BYTES, toldBytes > 0 ? toldBytes : refusedBytes >> 1);
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
