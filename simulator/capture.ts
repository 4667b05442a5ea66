import { ByteQueue } from './bytes.ts';
import type { Capture } from './interpreter.ts';

/** Captures exactly `lengthBytes` bytes (lte §2.1.7, fixed length). */
export function captureFixed(
  lengthBytes: number,
  onBytes: (bytes: Uint8Array) => void,
  onDone: (payload: Uint8Array) => void,
): Capture {
  const payload = new ByteQueue();
  return (bytes) => {
    const part = bytes.subarray(0, lengthBytes - payload.lengthBytes);
    payload.push(part);
    onBytes(part);
    if (payload.lengthBytes === lengthBytes) onDone(payload.take());
    return part.length;
  };
}

const CTRL_Z = 0x1a;
const ESC = 0x1b;

/** Captures up to Ctrl-Z, or to ESC which cancels (lte §2.1.7, changeable length).
 *
 * @param limitBytes no more than this and one byte are kept, so that too much can be told and costs no memory.
 */
export function captureUntilCtrlZ(
  limitBytes: number,
  onBytes: (bytes: Uint8Array) => void,
  onDone: (payload: Uint8Array | undefined) => void,
): Capture {
  const payload = new ByteQueue();
  return (bytes) => {
    const end = bytes.findIndex((byte) => byte === CTRL_Z || byte === ESC);
    const part = end < 0 ? bytes : bytes.subarray(0, end);
    payload.push(part.subarray(0, limitBytes + 1 - payload.lengthBytes));
    onBytes(part);
    if (end < 0) return bytes.length;
    onDone(bytes[end] === CTRL_Z ? payload.take() : undefined);
    return end + 1;
  };
}
