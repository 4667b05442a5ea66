/** What the framer needs of data mode: the cautious one of a live port, or the one that reads a recording. */
import type { DataEnd } from '../adapters/dialects/wire.ts';

/** Bytes in data mode, until a line ends it. */
export interface DataStream {
  /** Data mode is on. */
  readonly isOn: boolean;
  /** The beginning of an end is held back: `release` it after a quiet time. */
  readonly isHolding: boolean;
  /** A line stands there that ends data mode or is payload. */
  readonly isInDoubt: boolean;
  /** Bytes that are held back. */
  readonly heldBytes: number;
  /** The lines that end data mode in this dialect. */
  endsWith(ends: readonly DataEnd[]): void;
  /** CONNECT was read: data follows. */
  enter(): void;
  /** The host has written the escape sequence (true), or data again (false). */
  escape(isEscaping: boolean): void;
  /** Takes received bytes; returns those behind the end of data mode, from the line that ended it. */
  push(chunk: Buffer): Buffer;
  /** What is held back is data after all: nothing followed in time. A doubt stays. */
  release(): void;
  /** Whether the doubtful line was the end of data mode; returns what is to be read as lines. */
  settle(isEnd: boolean): Buffer;
}

/** A line that may end data mode, as bytes. */
export interface Pattern {
  readonly text: string;
  readonly bytes: Buffer;
  readonly isDoubtful: boolean;
}

export interface Found {
  readonly at: number;
  readonly pattern: Pattern;
}

export const patternOf = ({ text, isDoubtful }: DataEnd): Pattern => ({
  text,
  bytes: Buffer.from(`\r\n${text}\r\n`, 'latin1'),
  isDoubtful,
});

export const longestOf = (patterns: readonly Pattern[]): number =>
  Math.max(1, ...patterns.map(({ bytes }) => bytes.length));

/** The first of the patterns from there on. */
export function findPattern(bytes: Buffer, from: number, patterns: readonly Pattern[]): Found | undefined {
  for (let at = bytes.indexOf('\r\n', from); at >= 0; at = bytes.indexOf('\r\n', at + 1)) {
    const pattern = patterns.find((one) => one.bytes.equals(bytes.subarray(at, at + one.bytes.length)));
    if (pattern) return { at, pattern };
  }
  return undefined;
}

/** Where the tail begins that may become a pattern; the length when there is none. */
export function beginningAt(bytes: Buffer, from: number, patterns: readonly Pattern[]): number {
  let at = Math.max(from, bytes.length - longestOf(patterns) + 1);
  for (; at < bytes.length; at++) {
    const tail = bytes.subarray(at);
    if (patterns.some((one) => tail.equals(one.bytes.subarray(0, tail.length)))) break;
  }
  return at;
}
