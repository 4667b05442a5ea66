/** What was sent and may be repeated (AT+QISDE=1): recognised only as far as it is the same, from its first byte.
 *
 *    expect(sent) ──▶ take: the same so far ──▶ all of it: swallowed
 *                            └─ another byte ──▶ miss: what began like it is read after all ──▶ resume
 */
import { asBuffer } from './line-table.ts';

export class SentEcho {
  #sent: Buffer | undefined;
  #matchedBytes = 0;
  #missed: Buffer | undefined;

  /** The sent bytes may come next. */
  get isExpected(): boolean {
    return this.#sent !== undefined;
  }

  /** Bytes that were the same so far, while more must come to tell. */
  get heldBytes(): number {
    return this.#sent === undefined ? 0 : this.#matchedBytes;
  }

  /** These bytes may be repeated, instead of any before. */
  expect(sent: Uint8Array): void {
    this.#sent = sent.length > 0 ? asBuffer(sent) : undefined;
    this.#missed = undefined;
    this.#matchedBytes = 0;
  }

  /** More of what was sent, behind what is expected already. */
  extend(sent: Uint8Array): void {
    if (this.#sent) this.#sent = Buffer.concat([this.#sent, sent]);
    else this.expect(sent);
  }

  /** Another line came first: the repetition may begin behind it. Returns whether one is expected again. */
  resume(): boolean {
    if (this.#missed === undefined) return false;
    this.expect(this.#missed);
    return true;
  }

  /** Swallows what is the same; returns the position of the first byte that is not. */
  take(chunk: Uint8Array, start: number): number {
    const sent = this.#sent;
    if (sent === undefined) return start;
    let at = start;
    while (at < chunk.length && this.#matchedBytes < sent.length && chunk[at] === sent[this.#matchedBytes]) {
      at++;
      this.#matchedBytes++;
    }
    if (this.#matchedBytes === sent.length) this.#sent = undefined;
    return at;
  }

  /** It is no repetition: returns the bytes that only began like one. */
  miss(): Uint8Array {
    const begun = this.#sent?.subarray(0, this.#matchedBytes);
    this.#missed = this.#sent;
    this.#sent = undefined;
    return begun ?? new Uint8Array(0);
  }
}
