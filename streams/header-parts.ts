/** Header parts between an announcement and its payload (gsm §5.3.1, D17).
 *
 *    +RECEIVE: 0, 30 ⏎ [RECV FROM:1.2.3.4:7007 ⏎] [TO:10.1.1.1 ⏎] [IPD30:] payload
 *
 * Which of them the module prints is set by AT+QISHOWRA, AT+QISHOWLA and AT+QIHEAD. One that may be there is
 * recognised byte by byte; bytes that turn out to be none belong to the payload.
 */

/** `RECV FROM:`, `TO:` and `IPD<n>:`. */
export type HeaderPartName = 'remote' | 'local' | 'head';

/** The parts that may be there; an order is not promised (the manual gives none). */
export type HeaderParts = readonly HeaderPartName[];

interface Shape {
  readonly literal: string;
  /** Whether more bytes may make it complete. */
  readonly begun: RegExp;
  readonly complete: RegExp;
}

const SHAPES: Readonly<Record<HeaderPartName, Shape>> = {
  remote: {
    literal: 'RECV FROM:',
    begun: /^RECV FROM: ?[\d.:]{0,21}\r?$/,
    complete: /^RECV FROM: ?([\d.]{7,15}:\d{1,5})\r?\n$/,
  },
  local: { literal: 'TO:', begun: /^TO: ?[\d.]{0,15}\r?$/, complete: /^TO: ?([\d.]{7,15})\r?\n$/ },
  head: { literal: 'IPD', begun: /^IPD\d{0,4}(?:[TU]C?D?P?)?$/, complete: /^IPD(\d{1,4}(?:TCP|UDP)?):$/ },
};

/** Takes the bytes in front of one payload. */
export class PartsScanner {
  /** Length of the payload behind the parts, in bytes. */
  readonly lengthBytes: number;
  /** What was found, by name. */
  readonly found = new Map<HeaderPartName, string>();
  #open: HeaderPartName[];
  #text = '';

  constructor(parts: HeaderParts, lengthBytes: number) {
    this.#open = [...parts];
    this.lengthBytes = lengthBytes;
  }

  /** True when no further part can come. */
  get isDone(): boolean {
    return this.#open.length === 0;
  }

  get heldBytes(): number {
    return this.#text.length;
  }

  /** Takes bytes from `start` until the parts are over; returns the position behind the last one taken. */
  push(chunk: Uint8Array, start: number): number {
    let at = start;
    while (at < chunk.length && !this.isDone) {
      this.#text += String.fromCharCode(chunk[at] as number);
      at++;
      this.#step();
    }
    return at;
  }

  /** No more parts: returns the bytes that were taken for the beginning of one. */
  giveUp(): Buffer {
    this.#open = [];
    const leftover = Buffer.from(this.#text, 'latin1');
    this.#text = '';
    return leftover;
  }

  #step(): void {
    for (const name of this.#open) {
      const found = SHAPES[name].complete.exec(this.#text)?.[1];
      // A length of its own must be that of the announcement: else it is payload that looks like a header.
      if (found === undefined || (name === 'head' && Number.parseInt(found, 10) !== this.lengthBytes))
        continue;
      this.found.set(name, found);
      this.#text = '';
      this.#open = this.#open.filter((other) => other !== name);
      return;
    }
    const mayFollow = this.#open.some((name) => isBegun(SHAPES[name], this.#text));
    if (!mayFollow) this.#open = [];
  }
}

function isBegun({ literal, begun }: Shape, text: string): boolean {
  return literal.startsWith(text) || begun.test(text);
}
