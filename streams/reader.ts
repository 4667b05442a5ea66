/** Everything a module says, in order and understood: the framer, the line tables and the host's own state joined.
 *
 *    port bytes ──▶ framer ──▶ line reader ──▶ line sorter ──▶ WireEvent
 *                     ▲                            ▲
 *                     └──── what the host wrote ───┘  (commands, payload, escapes: `commandStarted` …)
 */
import { Observable } from 'rxjs';
import type { DataEnd, WireDialect } from '../adapters/dialects/wire.ts';
import { CautiousData } from './cautious-data.ts';
import type { FoundParts } from './counted-payload.ts';
import type { WrittenCommand } from './expectation.ts';
import { Framer, type FrameSink, type GarbageReason, NO_PAYLOAD } from './frames.ts';
import { HostState, type KnownState } from './host-state.ts';
import { type Line, lineReaderOf } from './line.ts';
import { LineSorter } from './line-sorter.ts';
import { judgeTalk } from './module-talk.ts';
import { type Announced, payloadOf, withAddresses } from './payload-headers.ts';
import type { WireEvent } from './wire-event.ts';

const NOTHING = new Uint8Array(0);
/** A module that restarts in data mode says so among the data. */
const BOOT_ENDS: readonly DataEnd[] = ['RDY', 'APP RDY', 'NORMAL POWER DOWN', 'POWERED DOWN'].map((text) => ({
  text,
  isDoubtful: true,
}));

/** How a reader is used. */
export interface ReaderOptions {
  /** The port is live: in data mode no line is believed that a peer may have sent, before `settleEscape` or `settleDataMode`. */
  readonly isLive?: boolean;
}

/** Reads one port session. Tell it what you write; it tells you what came back. */
export class Reader {
  readonly #emit: (event: WireEvent) => void;
  readonly #state: HostState;
  readonly #framer: Framer<Line>;
  readonly #sorter: LineSorter;
  readonly #cautious: CautiousData | undefined;
  #announced: Announced | undefined;
  /** Payload that was written before its prompt was read. */
  readonly #unprompted: Uint8Array[] = [];

  /** @param known what was set before the first byte, where it is not the default. */
  constructor(
    dialect: WireDialect,
    emit: (event: WireEvent) => void,
    known: KnownState = {},
    options: ReaderOptions = {},
  ) {
    this.#emit = emit;
    this.#state = new HostState(dialect, known);
    const tables = { readLine: lineReaderOf(dialect), state: this.#state };
    const emitData = (bytes: Uint8Array): void => emit({ kind: 'data', bytes });
    this.#cautious = options.isLive
      ? new CautiousData(emitData, (bytes, talk) => judgeTalk(bytes, talk, tables))
      : undefined;
    const sink: FrameSink<Line> = {
      read: tables.readLine,
      line: (line) => this.#announce(this.#sorter.read(line)),
      inside: (text) => this.#announce(this.#sorter.readInside(text)),
      prompt: () => this.#readPrompt(),
      text: (text) => this.#sorter.readText(text),
      payload: (chunks, parts) => this.#readPayload(chunks, parts),
      data: emitData,
      garbage: (lengthBytes, reason) => this.#readGarbage(lengthBytes, reason),
    };
    const framer = new Framer<Line>(sink, this.#cautious);
    this.#framer = framer;
    this.#sorter = new LineSorter(dialect, this.#state, {
      emit,
      expectPrompt: (isExpected) => {
        framer.expectsPrompt = isExpected;
      },
      forgetEcho: () => framer.expectEcho(NOTHING),
      resumeEcho: () => framer.resumeEcho(),
      expectText: () => framer.expectText(),
      connect: () => framer.enterDataMode(),
      isInDataMode: () => framer.dataMode.isOn,
      adjust: () => this.#adjust(),
    });
    framer.dataMode.endsWith(this.#cautious ? [...dialect.dataEnds, ...BOOT_ENDS] : dialect.dataEnds);
    if (known.isInDataMode === true) this.#sorter.startInDataMode();
    this.#adjust();
  }

  /** A command is about to be written: `text` is the line without its CR. Call it before the bytes go out. */
  commandStarted(command: WrittenCommand): void {
    this.#unprompted.length = 0;
    this.#sorter.commandStarted(command);
  }

  /** Payload of the command is about to be written. */
  payloadStarted(bytes: Uint8Array): void {
    if (this.#state.setting('qisde') !== 1) return;
    // It is repeated behind the prompt, also when the host did not wait for that.
    if (this.#framer.expectsPrompt) this.#unprompted.push(bytes);
    else this.#framer.extendEcho(bytes);
  }

  /** Nothing answers to a command any more; its prompt may still come when the module only slept. */
  commandEnded(mayPrompt = false): void {
    this.#sorter.commandEnded();
    this.#framer.expectsPrompt &&= mayPrompt;
  }

  /** In data mode: `+++` is about to be written with its guard times (true), or data again (false). OK ends data mode
   * only behind an escape. */
  escapeStarted(isEscape: boolean): void {
    this.#framer.dataMode.escape(isEscape);
  }

  /** Bytes of a send that are still to be written, `undefined` when Ctrl-Z ends it; 0 when no command asks for any. */
  get payloadLength(): number | undefined {
    const { row, command } = this.#sorter.running ?? {};
    return row?.prompts && command ? this.#state.payloadLength(row.prompts, command.fields) : 0;
  }

  /** The port is in data mode, as far as was read. */
  get isInDataMode(): boolean {
    return this.#framer.dataMode.isOn;
  }

  /** A line stands in the data that ends data mode or is payload: only an escape tells (gsm §6.3). */
  get isDataModeInDoubt(): boolean {
    return this.#framer.dataMode.isInDoubt;
  }

  /** Settles that doubt, when an escape was not answered: the line was the end of data mode, or payload. */
  settleDataMode(isEnd: boolean): void {
    this.push(this.#framer.dataMode.settle(isEnd));
  }

  /** On a live port: carrier has dropped. Everything that comes is held back until `settleDataMode`. */
  carrierDropped(): void {
    this.#cautious?.carrierDropped();
  }

  /** On a live port: nothing has come for a while. A line in doubt with something unfinished behind it was payload. */
  concludeData(): void {
    this.#cautious?.conclude();
  }

  /** On a live port: the time for the answer to an escape is over. True when it came, and data mode has ended. */
  settleEscape(): boolean {
    const rest = this.#cautious?.settleEscape();
    if (rest !== undefined) this.push(rest);
    return rest !== undefined;
  }

  /** Takes received bytes. Payload is passed on as slices of the chunk: it must not be written to again. */
  push(chunk: Uint8Array): void {
    this.#framer.push(chunk);
  }

  /** A payload is shorter than announced so far. */
  get isInPayload(): boolean {
    return this.#framer.isInPayload;
  }

  /** Something is held back that more bytes would complete: `giveUp` after a quiet time. */
  get isWaiting(): boolean {
    return this.#framer.isWaiting || this.#sorter.isHolding;
  }

  /** Bytes that wait for others to become an event. */
  get heldBytes(): number {
    return this.#framer.heldBytes;
  }

  /** What was waited for does not come: call it when nothing was received for a second while `isWaiting`. */
  giveUp(): void {
    this.#framer.giveUp();
    this.#sorter.flush();
  }

  /** The text of the line that has not ended. */
  get unfinishedText(): string {
    return this.#framer.unfinishedText;
  }

  #readPrompt(): void {
    this.#framer.expectsPrompt = false;
    this.#sorter.prompted();
    for (const bytes of this.#unprompted.splice(0)) this.#framer.extendEcho(bytes);
  }

  #readGarbage(lengthBytes: number, reason: GarbageReason): void {
    const urc = reason.startsWith('payload') ? this.#announced?.urc : undefined;
    if (reason === 'payload cut') this.#announced = undefined;
    const owner = {
      ...(urc && { isPushed: true }),
      ...(urc && 'connectId' in urc && urc.connectId !== undefined && { connectId: urc.connectId }),
    };
    this.#emit({ kind: 'garbage', lengthBytes, reason, ...owner });
  }

  #announce(announced: Announced | undefined): number {
    if (announced === undefined) return NO_PAYLOAD;
    this.#announced = announced;
    this.#framer.headerParts = announced.parts;
    this.#framer.mayBeQuoted = announced.isHex;
    return announced.lengthBytes;
  }

  #readPayload(chunks: readonly Uint8Array[], parts: FoundParts): void {
    const announced = this.#announced;
    if (announced === undefined) return;
    const { line, header, urc } = announced;
    const payload = payloadOf(announced, chunks);
    if (payload !== undefined) this.#announced = undefined;
    const addressLines = urc?.name === 'ipd' ? this.#sorter.takeAddressLines() : [];
    if (payload === undefined) this.#readGarbage(announced.lengthBytes, 'payload is not hexadecimal');
    else if (urc) {
      this.#framer.resumeEcho();
      this.#emit({
        kind: 'urc',
        urc: withAddresses(urc, parts, addressLines),
        text: line.text,
        payload,
        header,
      });
    } else if (this.#sorter.isReading) this.#emit({ kind: 'info', line: line.info, payload, header });
    else this.#emit({ kind: 'unknown', text: line.text }); // the read was given up
  }

  /** Tells the framer what the host's settings mean for it. */
  #adjust(): void {
    this.#framer.looksInside = this.#state.mayCarryPayload;
    this.#framer.promptEndsLine = this.#state.promptEndsLine;
  }
}

/** The reader as an RxJS operator: one reader per subscription; `whenReady` gets it, to tell it what you write. */
export function wireEvents(
  dialect: WireDialect,
  known?: KnownState,
  whenReady: (reader: Reader) => void = () => undefined,
): (bytes$: Observable<Uint8Array>) => Observable<WireEvent> {
  return (bytes$) =>
    new Observable<WireEvent>((subscriber) => {
      const reader = new Reader(dialect, (event) => subscriber.next(event), known);
      whenReady(reader);
      return bytes$.subscribe({
        next: (chunk) => reader.push(chunk),
        error: (error) => subscriber.error(error),
        complete: () => {
          reader.giveUp();
          subscriber.complete();
        },
      });
    });
}
