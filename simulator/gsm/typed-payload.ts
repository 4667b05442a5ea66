/** The payload of a send while it is typed (gsm §5.2.1).
 *
 *    line ──▶ capture ──┬─ Ctrl-Z, length, time ──▶ what came so far
 *                       └─ ESC ──▶ nothing
 */
import { ByteQueue } from '../bytes.ts';

const CTRL_Z = 0x1a;
const ESC = 0x1b;

/** How a payload ends. */
export interface PayloadRule {
  /** Fixed length; without it Ctrl-Z ends the payload. */
  readonly lengthBytes: number | undefined;
  /** What is beyond this is omitted. */
  readonly limitBytes: number;
  /** ESC cancels the send; else it is a byte like any other. */
  readonly escCancels: boolean;
}

/** See the head of the file. */
export class TypedPayload {
  readonly #rule: PayloadRule;
  readonly #onEnd: (payload: Uint8Array | undefined) => void;
  readonly #bytes = new ByteQueue();
  #ended = false;
  /** Bytes beyond the limit. */
  omittedBytes = 0;

  /** @param onEnd called once: with the payload, or without one if it was cancelled. */
  constructor(rule: PayloadRule, onEnd: (payload: Uint8Array | undefined) => void) {
    this.#rule = rule;
    this.#onEnd = onEnd;
  }

  /** Takes what belongs to the payload, and says how much that was. */
  capture(bytes: Uint8Array): number {
    const { lengthBytes, escCancels } = this.#rule;
    const wanted = lengthBytes === undefined ? bytes.length : lengthBytes - this.#bytes.lengthBytes;
    const part = bytes.subarray(0, wanted);
    const end = part.findIndex(
      (byte) => (byte === CTRL_Z && lengthBytes === undefined) || (byte === ESC && escCancels),
    );
    this.#keep(end < 0 ? part : part.subarray(0, end));
    if (end >= 0) {
      this.#end(part[end] === ESC ? undefined : this.#bytes.take());
      return end + 1;
    }
    if (this.#bytes.lengthBytes === lengthBytes) this.#end(this.#bytes.take());
    return part.length;
  }

  /** The time is over: what came so far is the payload. */
  finish(): void {
    this.#end(this.#bytes.take());
  }

  #keep(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, this.#rule.limitBytes - this.#bytes.lengthBytes);
    this.#bytes.push(kept);
    this.omittedBytes += bytes.length - kept.length;
  }

  #end(payload: Uint8Array | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(payload);
  }
}
