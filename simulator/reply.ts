import { bytesOf } from './bytes.ts';

/** What a command answers with. Lines are collected, and leave the module together with the final result.
 *
 * Framing: the first line is CR LF text CR LF, every further one text CR LF, the final result CR LF text CR LF.
 */
export class Reply {
  readonly #finish: (lines: readonly Uint8Array[], final: string | undefined) => void;
  readonly #lines: Uint8Array[] = [];
  #closed = false;

  /** @param finish called once: with the lines and the final result, `undefined` if there is none. */
  constructor(finish: (lines: readonly Uint8Array[], final: string | undefined) => void) {
    this.#finish = finish;
  }

  /** The final result is out: whatever comes now is too late. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Adds information lines. */
  info(...lines: readonly string[]): this {
    for (const line of lines) this.#lines.push(bytesOf(`${this.#opening()}${line}\r\n`));
    return this;
  }

  /** Adds a line that announces counted payload, the payload, and CR LF. */
  payload(header: string, separator: string, payload: Uint8Array): this {
    const head = bytesOf(`${this.#opening()}${header}${separator}`);
    this.#lines.push(Buffer.concat([head, payload, bytesOf('\r\n')]));
    return this;
  }

  /** Ends the command with a final result such as OK, ERROR, SEND OK. */
  final(result: string): void {
    this.#close(result);
  }

  /** Ends the command without a word. */
  silence(): void {
    this.#close(undefined);
  }

  #close(result: string | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#finish(this.#lines, result);
  }

  #opening(): string {
    return this.#lines.length === 0 ? '\r\n' : '';
  }
}
