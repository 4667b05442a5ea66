/** What was sent and may be repeated (AT+QISDE=1): recognised only as far as it is the same, from its first byte.
 *
 *    expect(sent) ──▶ take: the same so far ──▶ all of it: swallowed
 *                            └─ another byte ──▶ miss: what began like it is read after all ──▶ resume
 */
import { BLANK } from './line-bytes.ts';
import { asBuffer } from './line-table.ts';

export class SentEcho {
  #sent: Buffer | undefined;
  #matchedBytes = 0;
  #missed: Buffer | undefined;
  #isBehindBlank = false;

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
    this.#isBehindBlank = false;
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

  /** The next blank may be that of the prompt, or the first of what was sent: true when only the byte behind it tells. */
  mayBeginBehindBlank(): boolean {
    this.#isBehindBlank = this.#sent?.[0] === BLANK;
    return this.#isBehindBlank;
  }

  /** Swallows what is the same; returns the position of the first byte that is not. */
  take(chunk: Uint8Array, start: number): number {
    const sent = this.#sent;
    if (sent === undefined) return start;
    let at = start;
    for (; at < chunk.length && this.#matchedBytes < sent.length; at++) {
      if (chunk[at] === sent[this.#matchedBytes]) this.#matchedBytes++;
      else if (!this.#isPromptBlank(chunk[at], sent)) break;
    }
    if (this.#matchedBytes === sent.length) this.#sent = undefined;
    return at;
  }

  /** One blank more than was sent: the first of them was that of the prompt. */
  #isPromptBlank(byte: number | undefined, sent: Uint8Array): boolean {
    if (!this.#isBehindBlank || byte !== BLANK) return false;
    this.#isBehindBlank = false;
    return sent.subarray(0, this.#matchedBytes).every((matched) => matched === BLANK);
  }

  /** It is no repetition: returns the bytes that only began like one. */
  miss(): Uint8Array {
    const begun = this.#sent?.subarray(0, this.#matchedBytes);
    this.#missed = this.#sent;
    this.#sent = undefined;
    return begun ?? new Uint8Array(0);
  }
}
