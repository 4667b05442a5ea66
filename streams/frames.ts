/** Bytes → frames. Hinted by the host's own state, never guessing from the text.
 *
 *    chunk ──▶ in a counted payload? ──yes──▶ take slices until the count is reached ──▶ payload
 *                   │no
 *                   ├─ in data mode? ──yes──▶ data
 *                   ├─ echo of what was sent? ──as long as it is the same──▶ swallowed
 *                   ├─ prompt expected and ">" at the start of a line? ──▶ prompt
 *                   └─ up to LF ──▶ line ──▶ does it announce a payload? ──▶ (counted payload)
 *
 * Payload is counted, never searched; it passes as slices of the received chunks, without a copy.
 */
import { Observable } from 'rxjs';

/** Longest line that a module prints is far below; a longer one is noise and is cut. */
export const LONGEST_LINE_BYTES = 4096;

export type Frame =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'payload'; readonly header: string; readonly chunks: readonly Uint8Array[] }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'garbage';
      readonly lengthBytes: number;
      readonly reason: 'line too long' | 'payload cut';
    };

/** What the framer must be told, asked anew for each line because every frame may change it. */
export interface FrameHints {
  /** True while a command waits for the `>` that asks for its payload. */
  readonly expectsPrompt: () => boolean;
  /** True after CONNECT: everything is data. */
  readonly inDataMode: () => boolean;
  /** Number of payload bytes that follow the line end of `line`; 0 when it announces none. */
  readonly payloadBehind: (line: string) => number;
}

/** A framer for one port session: remembers the unfinished line or payload between chunks. */
export interface Framer {
  /** Takes received bytes; calls `emit` for each frame before it looks at the bytes behind it. */
  readonly push: (chunk: Uint8Array) => void;
  /** True while a payload is shorter than announced: give it up after a quiet time. */
  readonly isInPayload: () => boolean;
  /** Reports an unfinished payload as garbage and starts over at the next line. */
  readonly giveUp: () => void;
  /** The module may repeat these bytes before its result (AT+QISDE=1): skipped as far as they are the same. */
  readonly expectEcho: (sent: Uint8Array) => void;
}

const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
const PROMPT = 0x3e;

interface PendingPayload {
  readonly header: string;
  readonly chunks: Uint8Array[];
  missingBytes: number;
}

export function createFramer(hints: FrameHints, emit: (frame: Frame) => void): Framer {
  let unfinished = '';
  let cutBytes = 0;
  let payload: PendingPayload | undefined;
  let echo: { readonly sent: Buffer; at: number } | undefined;
  let isBehindPrompt = false;

  /** Skips what repeats the sent bytes; what only began like them is read after all. */
  function takeEcho(chunk: Buffer, start: number, expected: { readonly sent: Buffer; at: number }): number {
    const { sent } = expected;
    let at = start;
    while (at < chunk.length && expected.at < sent.length && chunk[at] === sent[expected.at]) {
      at++;
      expected.at++;
    }
    if (expected.at === sent.length) echo = undefined;
    else if (at < chunk.length) {
      echo = undefined;
      const repeated = Buffer.concat([sent.subarray(0, expected.at), chunk.subarray(at)]);
      pushAll(repeated);
      return chunk.length;
    }
    return at;
  }

  function pushAll(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      at = payload ? takePayload(chunk, at, payload) : takeOutsidePayload(chunk, at);
    }
  }

  function takePayload(chunk: Buffer, start: number, pending: PendingPayload): number {
    const end = Math.min(chunk.length, start + pending.missingBytes);
    pending.chunks.push(chunk.subarray(start, end));
    pending.missingBytes -= end - start;
    if (pending.missingBytes === 0) {
      payload = undefined;
      emit({ kind: 'payload', header: pending.header, chunks: pending.chunks });
    }
    return end;
  }

  function keep(text: string): void {
    const room = LONGEST_LINE_BYTES - unfinished.length;
    unfinished += text.length > room ? text.slice(0, room) : text;
    cutBytes += Math.max(0, text.length - room);
  }

  function finishLine(text: string): void {
    // An echo ends with CR alone, so the line behind it may hang on to it.
    for (const part of text.includes('\r') ? text.split('\r') : [text]) {
      const line = part.trim();
      if (line.length > 0) finishPart(line);
    }
  }

  function finishPart(line: string): void {
    const lengthBytes = hints.payloadBehind(line);
    if (lengthBytes > 0) payload = { header: line, chunks: [], missingBytes: lengthBytes };
    else emit({ kind: 'line', text: line });
  }

  function takeLine(chunk: Buffer, start: number): number {
    const end = chunk.indexOf(LF, start);
    keep(chunk.toString('latin1', start, end < 0 ? chunk.length : end));
    if (end < 0) return chunk.length;
    const [text, cut] = [unfinished, cutBytes];
    unfinished = '';
    cutBytes = 0;
    if (cut > 0) emit({ kind: 'garbage', lengthBytes: text.length + cut, reason: 'line too long' });
    else finishLine(text);
    return end + 1;
  }

  function takeOutsidePayload(chunk: Buffer, start: number): number {
    if (hints.inDataMode()) {
      emit({ kind: 'data', bytes: chunk.subarray(start) });
      return chunk.length;
    }
    const byte = chunk[start];
    const isPromptBlank = isBehindPrompt && byte === BLANK;
    isBehindPrompt = false;
    if (isPromptBlank) return start + 1;
    if (echo) return takeEcho(chunk, start, echo);
    const atLineStart = unfinished.length === 0;
    if (atLineStart && (byte === CR || byte === LF || byte === BLANK)) return start + 1;
    if (atLineStart && byte === PROMPT && hints.expectsPrompt()) {
      isBehindPrompt = true;
      emit({ kind: 'prompt' });
      return start + 1;
    }
    return takeLine(chunk, start);
  }

  return {
    push: (received) => pushAll(asBuffer(received)),
    expectEcho: (sent) => {
      echo = sent.length > 0 ? { sent: asBuffer(sent), at: 0 } : undefined;
    },
    isInPayload: () => payload !== undefined,
    giveUp: () => {
      if (payload === undefined) return;
      const lengthBytes = payload.chunks.reduce((sum, slice) => sum + slice.length, 0);
      payload = undefined;
      emit({ kind: 'garbage', lengthBytes, reason: 'payload cut' });
    },
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The framer as an RxJS operator, for those who compose their own pipeline. */
export function frames(hints: FrameHints): (bytes$: Observable<Uint8Array>) => Observable<Frame> {
  return (bytes$) =>
    new Observable<Frame>((subscriber) => {
      const framer = createFramer(hints, (frame) => subscriber.next(frame));
      return bytes$.subscribe({
        next: framer.push,
        error: (error) => subscriber.error(error),
        complete: () => {
          framer.giveUp();
          subscriber.complete();
        },
      });
    });
}
