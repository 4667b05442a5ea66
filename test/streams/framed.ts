/** A framer whose frames come out as text, for tests of the framer. */
import { Framer, type FrameSink, LONGEST_LINE_BYTES, NO_PAYLOAD } from '../../streams/frames.ts';
import { chunkingsOf, textOf, wire } from '../support/chunkings.ts';

/** What a test sets of a framer, and does while it runs. */
export interface Setting {
  /** Before the first byte. */
  readonly set?: (framer: Framer<string>) => void;
  /** When a line has ended; returns the length of the payload behind it. */
  readonly line?: (line: string, framer: Framer<string>) => number | undefined;
  readonly inside?: (text: string, framer: Framer<string>) => number | undefined;
  /** When a prompt has come. */
  readonly prompt?: (framer: Framer<string>) => void;
}

export interface Framed {
  readonly framer: Framer<string>;
  readonly frames: string[];
  readonly slices: Uint8Array[];
  readonly push: (...chunks: readonly (string | Uint8Array)[]) => void;
}

/** Lines that begin with `+QIRD:` announce as much payload as they say. */
export const counted = (line: string): number | undefined =>
  line.startsWith('+QIRD:') ? Number(line.slice(6)) : undefined;

export function framed({ set, line = counted, inside, prompt }: Setting = {}): Framed {
  const frames: string[] = [];
  const slices: Uint8Array[] = [];
  const sink: FrameSink<string> = {
    read: (text) => text,
    line: (text) => {
      frames.push(`line ${text.length > LONGEST_LINE_BYTES / 2 ? `of ${text.length}` : text}`);
      return line(text, framer) ?? NO_PAYLOAD;
    },
    inside: (text) => inside?.(text, framer) ?? NO_PAYLOAD,
    text: (text: string) => frames.push(`text ${text}`),
    prompt: () => {
      frames.push('prompt');
      prompt?.(framer);
    },
    payload: (chunks, parts) => {
      slices.push(...chunks);
      const found = [...parts].map(([name, part]) => ` ${name}=${part}`).join('');
      frames.push(`payload${found} = ${textOf(chunks)}`);
    },
    data: (bytes) => {
      slices.push(bytes);
      const front = frames.at(-1)?.startsWith('data ') ? frames.pop() : 'data ';
      frames.push(`${front}${textOf([bytes])}`);
    },
    garbage: (lengthBytes, reason) => frames.push(`garbage ${reason} ${lengthBytes}`),
  };
  const framer = new Framer(sink);
  set?.(framer);
  const push = (...chunks: readonly (string | Uint8Array)[]): void => {
    for (const chunk of chunks) framer.push(typeof chunk === 'string' ? wire(chunk) : chunk);
  };
  return { framer, frames, slices, push };
}

/** Fails when the frames of one chunking are not as expected. */
export function expectFrames(text: string, expected: readonly string[], setting?: Setting): void {
  for (const { name, chunks } of chunkingsOf(wire(text))) {
    const { frames, push } = framed(setting);
    push(...chunks);
    expect({ name, frames }).toEqual({ name, frames: expected });
  }
}
