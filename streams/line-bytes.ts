/** The bytes between and around lines. */
export const LF = 0x0a;
export const CR = 0x0d;
export const BLANK = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const PROMPT = 0x3e;
const TAB = 0x09;
const DELETE = 0x7f;

/** The first byte that is neither a line end nor a blank, or `end`. */
export function blanksEnd(chunk: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = chunk[at] as number;
    if (byte > BLANK || (byte !== CR && byte !== LF && byte !== BLANK && byte !== TAB)) break;
    at++;
  }
  return at;
}

/** The CR or LF that ends the line, or `end`. */
export function lineEnd(chunk: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = chunk[at] as number;
    if (byte <= CR && (byte === LF || byte === CR)) break;
    at++;
  }
  return at;
}

/** Bytes below the blank, and DEL: no line contains them. */
export function isControl(byte: number): boolean {
  return byte < BLANK || byte === DELETE;
}
