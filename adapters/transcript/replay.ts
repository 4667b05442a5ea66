/** Plays a recorded dialogue to the reader: what the host wrote tells it what to expect.
 *
 *    tx ──▶ command · payload · escape · data ──▶ reader ◀── rx
 *                                                   └──▶ events
 */
import { Reader } from '../../streams/reader.ts';
import { isBootNotice } from '../../streams/urcs.ts';
import type { WireEvent } from '../../streams/wire-event.ts';
import type { WireDialect } from '../dialects/wire.ts';
import type { Element, Transcript } from './transcript.ts';
import { type DecodedEvent, decoded } from './vocabulary.ts';

/** A pause in the recording after which a payload shorter than announced is given up. */
const GIVE_UP_MS = 1_000;

const CR = 0x0d;
const LF = 0x0a;
const ESCAPE = Buffer.from('+++');
/** Ctrl-Z sends, ESC cancels (lte §2.1.7). */
const ENDS_PAYLOAD = [0x1a, 0x1b];
/** Control bytes and blanks in front of a command are none of it (ESC ends what a module may still wait for). */
const NO_TEXT_IN_FRONT = /^[\u0000-\u0020]+/;
const COMMAND = /^[\u0000-\u0020]*at/i;
const LONGEST_FRONT_BYTES = 16;

/** What the host of the recording is doing. */
class Host {
  readonly #reader: Reader;
  #line: number[] = [];
  /** Payload bytes that a prompted send still takes; `undefined` when Ctrl-Z ends them. */
  #missing: number | undefined = 0;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  write(bytes: Buffer): void {
    if (this.#reader.isInDataMode && this.#isData(bytes)) return;
    // What was written before without a line end is no part of a command (an escape, the body of a request).
    if (COMMAND.test(front(bytes)) && !COMMAND.test(front(this.#line))) this.#line = [];
    for (let at = 0; at < bytes.length; ) at = this.#take(bytes, at);
  }

  /** The send has ended, by its result or because the module started anew: what comes next is a command. */
  finish(): void {
    this.#missing = 0;
  }

  #isData(bytes: Buffer): boolean {
    const isEscape = bytes.equals(ESCAPE);
    if (!isEscape && this.#reader.isDataModeInDoubt) {
      // A host that goes on with a command has had no answer to its escape: the connection was gone (gsm §6.3).
      const isCommand = /^at/i.test(bytes.toString('latin1', 0, 2));
      this.#reader.settleDataMode(isCommand);
      if (isCommand) return false;
    }
    this.#reader.escapeStarted(isEscape);
    return true;
  }

  #take(bytes: Buffer, start: number): number {
    if (this.#missing === undefined || this.#missing > 0) return this.#takePayload(bytes, start);
    const byte = bytes[start] ?? 0;
    if (byte === CR) this.#finishLine();
    else if (byte !== LF || this.#line.length > 0) this.#line.push(byte);
    // CR LF is taken for one line end, so that its LF is no payload.
    return byte === CR && bytes[start + 1] === LF ? start + 2 : start + 1;
  }

  #finishLine(): void {
    const text = Buffer.from(this.#line).toString('latin1').replace(NO_TEXT_IN_FRONT, '');
    this.#line = [];
    if (text.length === 0) return;
    this.#reader.commandStarted({ text });
    this.#missing = this.#reader.payloadLength;
  }

  #takePayload(bytes: Buffer, start: number): number {
    const isCounted = this.#missing !== undefined;
    const end = isCounted ? Math.min(bytes.length, start + (this.#missing ?? 0)) : endOfPayload(bytes, start);
    this.#reader.payloadStarted(bytes.subarray(start, end));
    if (this.#missing !== undefined) this.#missing -= end - start;
    else if (end < bytes.length) this.#missing = 0;
    return isCounted ? end : end + 1;
  }
}

const front = (bytes: ArrayLike<number>): string =>
  String.fromCharCode(...Array.prototype.slice.call(bytes, 0, LONGEST_FRONT_BYTES));

function endOfPayload(bytes: Buffer, start: number): number {
  const ends = ENDS_PAYLOAD.map((byte) => bytes.indexOf(byte, start)).filter((at) => at >= 0);
  return Math.min(bytes.length, ...ends);
}

/** Decodes a transcript: `emit` gets the events in order. */
export function replay(
  dialect: WireDialect,
  { known, elements }: Transcript,
  emit: (event: DecodedEvent) => void,
): void {
  const read = (event: WireEvent): void => {
    if (event.kind === 'final' || (event.kind === 'urc' && isBootNotice(event.urc))) host.finish();
    emit(decoded(event));
  };
  const reader = new Reader(dialect, read, known);
  const host = new Host(reader);
  for (const { direction, bytes, gapMs } of elements) {
    if (gapMs !== undefined && gapMs >= GIVE_UP_MS && reader.isInPayload) reader.giveUp();
    if (direction === 'tx') host.write(bytes);
    else reader.push(bytes);
  }
  finishReading(reader, emit);
}

/** Nothing more comes: lets go of what was held back. */
function finishReading(reader: Reader, emit: (event: DecodedEvent) => void): void {
  if (reader.isDataModeInDoubt) reader.settleDataMode(false);
  reader.giveUp();
  const text = reader.unfinishedText;
  if (text.length > 0) emit({ type: 'partial', text });
}

/** Cuts the received bytes anew: neighbouring reads are joined, then split by `cut`, which gives the next length. */
export function resplit(elements: readonly Element[], cut: () => number): Element[] {
  const result: Element[] = [];
  for (const joined of joinReads(elements)) {
    if (joined.direction === 'tx') {
      result.push(joined);
      continue;
    }
    const { gapMs } = joined;
    for (let at = 0; at < joined.bytes.length; ) {
      const end = at + Math.max(1, cut());
      result.push({
        direction: 'rx',
        bytes: joined.bytes.subarray(at, end),
        ...(at === 0 && gapMs !== undefined && { gapMs }),
      });
      at = end;
    }
  }
  return result;
}

function joinReads(elements: readonly Element[]): Element[] {
  const result: Element[] = [];
  for (const element of elements) {
    const last = result.at(-1);
    // A read after a pause stays apart: the pause may mean something.
    if (last?.direction !== 'rx' || element.direction !== 'rx' || (element.gapMs ?? 0) >= GIVE_UP_MS)
      result.push(element);
    else result[result.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, element.bytes]) };
  }
  return result;
}
