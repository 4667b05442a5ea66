import { bytesOf } from './bytes.ts';

/** Takes an answer: the information lines, the final result (`undefined` if there is none), and the lines behind it. */
export type Finish = (
  lines: readonly Uint8Array[],
  final: string | undefined,
  behind: readonly Uint8Array[],
) => void;

/** What a command answers with. Lines are collected, and leave the module together with the final result.
 *
 * Framing: the first line is CR LF text CR LF, every further one text CR LF, the final result CR LF text CR LF.
 */
export class Reply {
  readonly #finish: Finish;
  readonly #lines: Uint8Array[] = [];
  #closed = false;

  /** @param finish called once. */
  constructor(finish: Finish) {
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

  /** Adds a line that announces counted payload, the payload, and CR LF (or another `ending`). */
  payload(header: string, separator: string, payload: Uint8Array, ending = '\r\n'): this {
    const head = bytesOf(`${this.#opening()}${header}${separator}`);
    this.#lines.push(Buffer.concat([head, payload, bytesOf(ending)]));
    return this;
  }

  /** Ends the command with a final result such as OK, ERROR, SEND OK; lines that follow it are part of the answer. */
  final(result: string, ...behind: readonly string[]): void {
    this.#close(
      result,
      behind.map((line) => bytesOf(`\r\n${line}\r\n`)),
    );
  }

  /** Ends the command without a word. */
  silence(): void {
    this.#close(undefined);
  }

  #close(result: string | undefined, behind: readonly Uint8Array[] = []): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#finish(this.#lines, result, behind);
  }

  #opening(): string {
    return this.#lines.length === 0 ? '\r\n' : '';
  }
}
