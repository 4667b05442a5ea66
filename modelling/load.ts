/** What the modelled agent has to say: a reading every so often, each of them as long as the others. */

/** A telemetry load. */
export interface Load {
  /** Distance between two readings, milliseconds. */
  readonly everyMs: number;
  /** Length of a reading on the wire, bytes. */
  readonly sizeBytes: number;
}

/** Digits of a reading's number, and what stands around them. */
const DIGITS = 10;
/** Shortest reading that has room for its number. */
export const LEAST_SIZE_BYTES = DIGITS + 2;

/** The reading of that number: `#0000000042 … \n`. */
export function frameOf(number: number, sizeBytes: number): Buffer {
  const frame = Buffer.alloc(sizeBytes, 0x2e);
  frame.write(`#${String(number).padStart(DIGITS, '0')}`, 'latin1');
  frame[sizeBytes - 1] = 0x0a;
  return frame;
}

/** Number of a reading; `undefined` when the bytes are none. */
export function numberIn(frame: Uint8Array): number | undefined {
  if (frame[0] !== 0x23 || frame.at(-1) !== 0x0a) return undefined;
  const text = Buffer.from(frame.buffer, frame.byteOffset + 1, DIGITS).toString('latin1');
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
