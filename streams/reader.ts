/** Everything a module says, in order and understood: the framer, the line tables and the host's own state joined.
 *
 *    port bytes ──▶ framer ──▶ line reader ──▶ sort by the command in flight ──▶ WireEvent
 *                     ▲                                  ▲
 *                     └───────── what the host wrote ────┘  (commands, payload, escapes: `commandStarted` …)
 */
import { Observable } from 'rxjs';
import type { InfoLine } from '../adapters/dialects/dialect.ts';
import type { WireDialect } from '../adapters/dialects/wire.ts';
import {
  asksFor,
  type Expectation,
  echoStart,
  expectationOf,
  owns,
  ownsBehind,
  type WrittenCommand,
} from './expectation.ts';
import { Framer, type GarbageReason, NO_PAYLOAD } from './frames.ts';
import { HostState, type KnownState } from './host-state.ts';
import { type Line, lineReaderOf, withoutNoise } from './line.ts';
import { type Announced, announcedBy, announcedInside, payloadOf, withAddresses } from './payload-headers.ts';
import { isBootNotice, type Urc } from './urcs.ts';

/** Where counted payload came from, as its header says. */
export interface PayloadHeader {
  readonly lengthBytes: number;
  readonly address?: string;
  readonly port?: number;
  readonly protocol?: string;
  /** What is still to be read of the socket. */
  readonly remainingBytes?: number;
  /** The payload was sent as hexadecimal characters and is decoded. */
  readonly isDecodedFromHex?: boolean;
}

export type WireEvent =
  | { readonly kind: 'echo'; readonly command: string }
  | { readonly kind: 'prompt' }
  | {
      readonly kind: 'final';
      readonly result: string;
      readonly connectId?: number;
      /** As received, when the module prints results as numbers (ATV0). */
      readonly numeric?: string;
      readonly address?: string;
    }
  | {
      readonly kind: 'info';
      readonly line: InfoLine;
      readonly payload: readonly Uint8Array[];
      /** There when the line announced counted payload, also of no byte. */
      readonly header?: PayloadHeader;
      /** The line came behind the OK of its command. */
      readonly isBehindFinal?: boolean;
    }
  | {
      readonly kind: 'urc';
      readonly urc: Urc;
      readonly text: string;
      readonly payload: readonly Uint8Array[];
      /** There when counted payload belongs to it. */
      readonly header?: PayloadHeader;
    }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'unknown'; readonly text: string }
  | { readonly kind: 'garbage'; readonly lengthBytes: number; readonly reason: GarbageReason };

const NOTHING = new Uint8Array(0);
const NO_SLICES: readonly Uint8Array[] = [];
/** V.250 table 1: results as numbers. 2 (RING) ends no command. */
const NUMERIC: ReadonlyMap<string, string> = new Map([
  ['0', 'OK'],
  ['1', 'CONNECT'],
  ['3', 'NO CARRIER'],
  ['4', 'ERROR'],
]);

/** Reads one port session. Tell it what you write; it tells you what came back. */
export class Reader {
  readonly #dialect: WireDialect;
  readonly #emit: (event: WireEvent) => void;
  readonly #state: HostState;
  readonly #framer: Framer<Line>;
  #running: Expectation | undefined;
  /** The last command that ended: lines may follow its OK. */
  #ended: Expectation | undefined;
  /** A read whose payload may come until a result does: also when it was given up, its bytes must not become lines. */
  #reading: Expectation | undefined;
  #announced: Announced | undefined;
  /** Waits for the line with its text. */
  #textless: Urc | undefined;
  /** Address lines in front of `IPD` (gsm). */
  #addressLines: Line[] = [];
  /** One of the two above waits for the next line. */
  #isHolding = false;
  #isInDataMode = false;

  /** @param known what was set before the first byte, where it is not the default. */
  constructor(dialect: WireDialect, emit: (event: WireEvent) => void, known: KnownState = {}) {
    this.#dialect = dialect;
    this.#emit = emit;
    this.#state = new HostState(dialect, known);
    this.#framer = new Framer<Line>({
      read: lineReaderOf(dialect),
      line: (line) => this.#readLine(line),
      inside: (text) => this.#readInside(text),
      prompt: () => this.#readPrompt(),
      payload: (chunks, parts) => this.#readPayload(chunks, parts),
      data: (bytes) => this.#emit({ kind: 'data', bytes }),
      garbage: (lengthBytes, reason) => this.#readGarbage(lengthBytes, reason),
    });
    this.#framer.dataMode.endsWith(dialect.dataEnds);
    if (known.isInDataMode === true) this.#enterDataMode(false);
    this.#adjust();
  }

  /** A command is about to be written. */
  commandStarted(command: WrittenCommand): void {
    const expected = expectationOf(this.#dialect, command);
    this.#running = expected;
    this.#ended = undefined;
    if (expected.row?.announces !== undefined) this.#reading = expected;
    else if (this.#reading?.command.name === expected.command.name) this.#reading = undefined; // the counters
    this.#framer.expectEcho(NOTHING);
    this.#framer.expectsPrompt = expected.row?.prompts !== undefined;
  }

  /** Payload of the command is about to be written. */
  payloadStarted(bytes: Uint8Array): void {
    if (this.#state.setting('qisde') === 1) this.#framer.extendEcho(bytes);
  }

  /** Nothing answers to a command any more; its prompt may still come when the module only slept. */
  commandEnded(mayPrompt = false): void {
    this.#framer.expectEcho(NOTHING);
    this.#running = undefined;
    this.#framer.expectsPrompt &&= mayPrompt;
  }

  /** `+++` is about to be written with its guard times (true), or data again (false). */
  escapeStarted(isEscape: boolean): void {
    this.#framer.dataMode.escape(isEscape);
  }

  /** Bytes of a send that are still to be written, `undefined` when Ctrl-Z ends it; 0 when no command asks for any. */
  get payloadLength(): number | undefined {
    const { row, command } = this.#running ?? {};
    return row?.prompts && command ? this.#state.payloadLength(row.prompts, command.fields) : 0;
  }

  get isInDataMode(): boolean {
    return this.#framer.dataMode.isOn;
  }

  /** A line stands in the data that ends data mode or is payload: only an escape tells (gsm §6.3). */
  get isDataModeInDoubt(): boolean {
    return this.#framer.dataMode.isInDoubt;
  }

  /** Settles that doubt: the line was the end of data mode, or payload. */
  settleDataMode(isEnd: boolean): void {
    this.push(this.#framer.dataMode.settle(isEnd));
  }

  push(chunk: Uint8Array): void {
    this.#framer.push(chunk);
  }

  /** A payload is shorter than announced so far. */
  get isInPayload(): boolean {
    return this.#framer.isInPayload;
  }

  /** Something is held back that more bytes would complete: `giveUp` after a quiet time. */
  get isWaiting(): boolean {
    return this.#framer.isWaiting || this.#textless !== undefined || this.#addressLines.length > 0;
  }

  /** Bytes that wait for others to become an event. */
  get heldBytes(): number {
    return this.#framer.heldBytes;
  }

  /** What was waited for does not come. */
  giveUp(): void {
    this.#framer.giveUp();
    this.#flush();
  }

  /** The text of the line that has not ended. */
  get unfinishedText(): string {
    return this.#framer.unfinishedText;
  }

  // ---- frames

  #readPrompt(): void {
    this.#framer.expectsPrompt = false;
    if (this.#running) this.#running.hasPrompted = true;
    this.#emit({ kind: 'prompt' });
  }

  #readGarbage(lengthBytes: number, reason: GarbageReason): void {
    if (reason === 'payload cut') this.#announced = undefined;
    this.#emit({ kind: 'garbage', lengthBytes, reason });
  }

  #readInside(text: string): number {
    const announced = announcedInside(text, this.#state, this.#dialect, this.#reading);
    return announced ? this.#announce(announced) : NO_PAYLOAD;
  }

  #announce(announced: Announced): number {
    this.#announced = announced;
    this.#framer.headerParts = announced.parts;
    this.#framer.mayBeQuoted = announced.isHex;
    return announced.lengthBytes;
  }

  #readPayload(chunks: readonly Uint8Array[], parts: ReadonlyMap<string, string>): void {
    const announced = this.#announced;
    this.#announced = undefined;
    if (announced === undefined) return;
    const { line, header, urc } = announced;
    const payload = payloadOf(announced, chunks);
    const addressLines = urc?.name === 'ipd' ? this.#addressLines : [];
    if (addressLines.length > 0) this.#addressLines = [];
    this.#isHolding = this.#textless !== undefined || this.#addressLines.length > 0;
    if (payload === undefined) this.#readGarbage(announced.lengthBytes, 'payload is not hexadecimal');
    else if (urc)
      this.#emit({
        kind: 'urc',
        urc: withAddresses(urc, parts, addressLines),
        text: line.text,
        payload,
        header,
      });
    else if (this.#running === this.#reading) this.#emit({ kind: 'info', line: line.info, payload, header });
    else this.#emit({ kind: 'unknown', text: line.text }); // the read was given up
  }

  // ---- lines

  #readLine(line: Line): number {
    if (this.#running === undefined && line.notice !== undefined && !this.#isHolding) {
      this.#emit(line.notice);
      return NO_PAYLOAD;
    }
    if (line.noiseBytes > 0) this.#readGarbage(line.noiseBytes, 'control bytes');
    if (this.#textless) return this.#completeText(line.text);
    const announced = announcedBy(line, this.#state, this.#reading);
    if (announced) return this.#announce(announced);
    if (this.#holdsAddress(line)) return NO_PAYLOAD;
    if (this.#addressLines.length > 0) this.#flush();
    this.#sort(line);
    return NO_PAYLOAD;
  }

  #sort(line: Line): void {
    const running = this.#running;
    if (running && this.#isEcho(running, line)) return;
    if (line.result !== undefined && this.#readResult(line, line.result)) return;
    if (running && this.#isAnswer(running, line)) return;
    if (line.urc) this.#readUrc(line, line.urc);
    else if (running && owns(running, line)) this.#emitInfo(line);
    else if (!this.#ended || !this.#isBehind(this.#ended, line))
      this.#emit({ kind: 'unknown', text: line.text });
  }

  #isEcho(running: Expectation, line: Line): boolean {
    const start = echoStart(running, line);
    if (start === undefined) return false;
    running.isEchoed = true;
    if (start > 0) this.#emit({ kind: 'unknown', text: withoutNoise(line.text).slice(0, start) });
    this.#emit({ kind: 'echo', command: running.text });
    return true;
  }

  /** Lines that the command asked for, whatever they mean otherwise; numeric results; the bare address. */
  #isAnswer(running: Expectation, line: Line): boolean {
    const { prefix } = line.info;
    if (prefix !== null && asksFor(running, prefix)) {
      this.#learn(running, line);
      this.#emitInfo(line);
      return true;
    }
    if (line.address !== undefined && running.row?.address === true) {
      this.#finish({ kind: 'final', result: 'ADDRESS', address: line.address }, running);
      return true;
    }
    const isText = running.collectsEverything || running.hasPrompted || running.row?.texts === 'any';
    const numeric = isText ? undefined : NUMERIC.get(line.text);
    if (numeric === undefined) return false;
    this.#finish({ kind: 'final', result: numeric, numeric: line.text }, running);
    return true;
  }

  #isBehind(ended: Expectation, line: Line): boolean {
    if (line.address !== undefined && ended.row?.addressesBehind === true) {
      this.#emitUrc({ name: 'dns_result', address: line.address }, line.text);
      return true;
    }
    if (!ownsBehind(ended, line)) return false;
    this.#emit({ kind: 'info', line: line.info, payload: NO_SLICES, isBehindFinal: true });
    return true;
  }

  #emitInfo(line: Line): void {
    this.#emit({ kind: 'info', line: line.info, payload: NO_SLICES });
  }

  #emitUrc(urc: Urc, text: string): void {
    this.#emit({ kind: 'urc', urc, text, payload: NO_SLICES });
  }

  #learn({ row }: Expectation, { info }: Line): void {
    if (row?.describes === undefined) return;
    const [id, service, mode] = [row.describes.id, row.describes.service, row.describes.mode].map(
      (at) => info.fields[at],
    );
    if (typeof id === 'number' && typeof mode === 'number') this.#state.learn(id, String(service), mode);
  }

  // ---- results

  /** False when the result is none here. */
  #readResult(line: Line, result: string): boolean {
    const running = this.#running;
    const index = line.connectId === undefined ? {} : { connectId: line.connectId };
    const event = { kind: 'final', result, ...index } as const;
    if (result === 'CONNECT') return this.#readConnect(running, line);
    if (result === 'NO CARRIER' && running?.row?.connects !== true) {
      this.#isInDataMode = false;
      this.#emitUrc({ name: 'no_carrier' }, line.text);
      return true;
    }
    if (!result.startsWith('SEND ')) return this.#finish(event, running);
    if (running && this.#isSendResultOf(running)) return this.#finish(event, running);
    if (this.#dialect.sendResultBehindOk && line.urc) this.#emitUrc(line.urc, line.text);
    else this.#emit(event); // of a send that was given up: it ends no other command
    return true;
  }

  /** A send that was not prompted has no result yet: this one is older. */
  #isSendResultOf({ row, hasPrompted }: Expectation): boolean {
    if (row?.sends !== true) return false;
    return row.prompts === undefined ? !this.#dialect.sendResultBehindOk : hasPrompted;
  }

  #readConnect(running: Expectation | undefined, line: Line): boolean {
    const isAsked = running?.row?.connects === true;
    // A client of the server came (D19): with AT+QIMODE=1 also while another command is in flight.
    const isUnasked =
      !isAsked &&
      this.#dialect.connectsUnasked &&
      (running === undefined || this.#state.setting('qimode') === 1);
    if (isUnasked) this.#emitUrc({ name: 'open_result', result: 'CONNECT' }, line.text);
    else this.#finish({ kind: 'final', result: 'CONNECT' }, running);
    if (isAsked || isUnasked) this.#enterDataMode(true);
    return true;
  }

  #finish(event: WireEvent & { kind: 'final' }, running: Expectation | undefined): true {
    const { effect } = running?.row ?? {};
    const isDone = !/ERROR|FAIL|NO CARRIER/.test(event.result);
    if (running && effect && isDone) this.#state.apply(effect, running.command.fields);
    if (running === undefined && this.#isInDataMode && !this.#framer.dataMode.isOn)
      this.#state.leaveDataMode();
    this.#isInDataMode = this.#framer.dataMode.isOn;
    this.#ended = running;
    this.#running = undefined;
    this.#reading = undefined;
    this.#framer.expectsPrompt = false;
    this.#framer.expectEcho(NOTHING);
    this.#adjust();
    this.#emit(event);
    return true;
  }

  #enterDataMode(isBehindLine: boolean): void {
    this.#isInDataMode = true;
    if (isBehindLine) this.#framer.enterDataMode();
    else this.#framer.dataMode.enter();
  }

  // ---- unsolicited lines

  #readUrc(line: Line, urc: Urc): void {
    this.#framer.resumeEcho();
    if (line.textFollows === true) {
      this.#textless = urc;
      this.#isHolding = true;
      return;
    }
    if (urc.name === 'incoming') this.#state.accept(urc.connectId, urc.serverId);
    if (isBootNotice(urc)) this.#startOver();
    this.#emitUrc(urc, line.text);
  }

  /** Protocol D13: every option set before is gone. */
  #startOver(): void {
    this.#state.reset();
    this.#reading = undefined;
    this.#ended = undefined;
    this.#framer.expectsPrompt = false;
    this.#adjust();
  }

  #completeText(text: string): number {
    const urc = this.#textless;
    this.#textless = undefined;
    this.#isHolding = false;
    if (urc?.name === 'cmt') this.#emitUrc({ ...urc, text }, text);
    return NO_PAYLOAD;
  }

  /** gsm, AT+QISHOWRA and AT+QISHOWLA: the addresses stand in lines of their own in front of IPD. */
  #holdsAddress(line: Line): boolean {
    if (!this.#dialect.pushesInline || !this.#framer.looksInside) return false;
    const isAddress =
      (line.text.startsWith('RECV FROM:') && this.#state.setting('qishowra') !== 0) ||
      (line.text.startsWith('TO:') && this.#state.setting('qishowla') !== 0);
    if (isAddress) this.#addressLines.push(line);
    this.#isHolding ||= isAddress;
    return isAddress;
  }

  /** Lets go of lines that waited for another one. */
  #flush(): void {
    const lines = this.#addressLines;
    this.#addressLines = [];
    this.#isHolding = false;
    for (const line of lines) this.#emit({ kind: 'unknown', text: line.text });
    if (this.#textless) this.#completeText('');
  }

  /** Tells the framer what the host's settings mean for it. */
  #adjust(): void {
    const pushesInline =
      this.#dialect.pushesInline && this.#state.setting('mux') !== 1 && this.#state.setting('qihead') !== 0;
    this.#framer.looksInside =
      this.#state.showsPayloadInLine || this.#dialect.headersTellView || pushesInline;
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
