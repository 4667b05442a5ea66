/** Sorts lines by the command in flight, and keeps account of what the host has set.
 *
 *    line ──▶ text of the notice before it? ──▶ announces payload? ──▶ echo? ──▶ result? ──▶ asked for?
 *         ──▶ URC? ──▶ text of the answer? ──▶ behind the OK of the last command? ──▶ unknown
 */
import type { WireDialect } from '../adapters/dialects/wire.ts';
import {
  askerOf,
  type Expectation,
  type ExpectedAnswer,
  echoStart,
  expectationOf,
  owns,
  ownsBehind,
  type WrittenCommand,
} from './expectation.ts';
import type { HostState } from './host-state.ts';
import { type Line, withoutNoise } from './line.ts';
import { type Announced, announcedBy, announcedInside } from './payload-headers.ts';
import { isBootNotice, type Urc } from './urcs.ts';
import type { WireEvent } from './wire-event.ts';

const NO_SLICES: readonly Uint8Array[] = [];
/** V.250 table 1: results as numbers. 2 (RING) ends no command. */
const NUMERIC: ReadonlyMap<string, string> = new Map([
  ['0', 'OK'],
  ['1', 'CONNECT'],
  ['3', 'NO CARRIER'],
  ['4', 'ERROR'],
]);

/** V.250 §6.1.1, §6.1.2, §6.2.6: results may be numbers behind these. */
const CHANGES_VERBOSITY = /^AT(?:Z|&F|[^+]*V0?$)/i;

/** What the framer must be told while lines are sorted. */
export interface SortingHost {
  readonly emit: (event: WireEvent) => void;
  /** The prompt of a command may come, or not any more. */
  readonly expectPrompt: (isExpected: boolean) => void;
  /** What was sent is not repeated any more. */
  readonly forgetEcho: () => void;
  /** A notice came between what was sent and its repetition. */
  readonly resumeEcho: () => void;
  /** The next line is the text of a notice. */
  readonly expectText: () => void;
  /** CONNECT: data mode begins behind this line. */
  readonly connect: () => void;
  readonly isInDataMode: () => boolean;
  /** The host's settings have changed. */
  readonly adjust: () => void;
}

export class LineSorter {
  readonly #dialect: WireDialect;
  readonly #state: HostState;
  readonly #host: SortingHost;
  #running: Expectation | undefined;
  /** The last command that ended: lines may follow its OK. */
  #ended: Expectation | undefined;
  /** A read whose payload may come until a result does: also when it was given up, its bytes must not become lines. */
  #reading: Expectation | undefined;
  /** Waits for the line with its text. */
  #textless: Urc | undefined;
  /** Address lines in front of `IPD` (gsm). */
  #addressLines: Line[] = [];
  #wasInDataMode = false;
  /** A name is being resolved: bare addresses are its results, whatever is written meanwhile (gsm). */
  #isResolving = false;

  constructor(dialect: WireDialect, state: HostState, host: SortingHost) {
    this.#dialect = dialect;
    this.#state = state;
    this.#host = host;
  }

  commandStarted(command: WrittenCommand): void {
    const expected = expectationOf(this.#dialect, command);
    this.#running = expected;
    this.#ended = undefined;
    if (expected.row?.announces !== undefined) this.#reading = expected;
    else if (this.#reading?.command.name === expected.command.name) this.#reading = undefined; // the counters
    this.#host.forgetEcho();
    this.#host.expectPrompt(expected.row?.prompts !== undefined);
  }

  commandEnded(): void {
    this.#running = undefined;
    this.#host.forgetEcho();
  }

  /** The port was in data mode before the first byte. */
  startInDataMode(): void {
    this.#connect();
  }

  /** The command in flight, if any. */
  get running(): Expectation | undefined {
    return this.#running;
  }

  /** The read that counted payload belongs to is the command in flight: it was not given up. */
  get isReading(): boolean {
    return this.#running !== undefined && this.#running === this.#reading;
  }

  /** A line waits for the next one. */
  get isHolding(): boolean {
    return this.#addressLines.length > 0;
  }

  prompted(): void {
    if (this.#running) this.#running.hasPrompted = true;
    this.#host.emit({ kind: 'prompt' });
  }

  /** Sorts a line; returns the payload that it announces. */
  read(line: Line): Announced | undefined {
    if (this.#running === undefined && line.notice !== undefined && this.#addressLines.length === 0) {
      this.#host.emit(line.notice);
      return undefined;
    }
    if (line.noiseBytes > 0)
      this.#host.emit({ kind: 'garbage', lengthBytes: line.noiseBytes, reason: 'control bytes' });
    const announced = announcedBy(line, this.#state, this.#reading);
    if (announced || this.#holdsAddress(line)) return announced;
    if (this.isHolding) this.flush();
    this.#sort(line);
    return undefined;
  }

  /** The payload that a line announces which carries it itself. */
  readInside(text: string): Announced | undefined {
    return announcedInside(text, this.#state, this.#dialect, this.#reading);
  }

  /** The address lines in front of an `IPD`: they belong to it. */
  takeAddressLines(): readonly Line[] {
    const lines = this.#addressLines;
    this.#addressLines = [];
    return lines;
  }

  /** Lets go of lines that waited for another one. */
  flush(): void {
    for (const line of this.takeAddressLines()) this.#host.emit({ kind: 'unknown', text: line.text });
  }

  #sort(line: Line): void {
    const running = this.#running;
    if (running && this.#isEcho(running, line)) return;
    if (line.result !== undefined && this.#readResult(line, line.result)) return;
    if (running && this.#isAnswer(running, line)) return;
    if (line.address !== undefined && this.#isResolving) {
      this.#emitUrc({ name: 'dns_result', address: line.address }, line.text);
    } else if (line.urc) this.#readUrc(line, line.urc);
    else if (running && owns(running, line)) this.#emitInfo(line);
    else if (!this.#ended || !this.#isBehind(this.#ended, line))
      this.#host.emit({ kind: 'unknown', text: line.text });
  }

  #isEcho(running: Expectation, line: Line): boolean {
    const start = echoStart(running, line);
    if (start === undefined) return false;
    running.isEchoed = true;
    if (start > 0) this.#host.emit({ kind: 'unknown', text: withoutNoise(line.text).slice(0, start) });
    this.#host.emit({ kind: 'echo', command: running.text });
    return true;
  }

  /** Lines that the command asked for, whatever they mean otherwise; numeric results; the bare address. */
  #isAnswer(running: Expectation, line: Line): boolean {
    const { prefix } = line.info;
    const asker = prefix === null ? undefined : askerOf(running, prefix);
    if (asker) {
      this.#learn(asker, line);
      this.#emitInfo(line);
      return true;
    }
    if (line.address !== undefined && running.row?.address === true) {
      this.#finish({ kind: 'final', result: 'ADDRESS', address: line.address }, running);
      return true;
    }
    const isText =
      this.#state.setting('verbose') !== 0 &&
      (running.collectsEverything || running.hasPrompted || running.row?.texts === 'any');
    const isWord = this.#state.setting('verbose') === 1 && !CHANGES_VERBOSITY.test(running.text);
    const numeric = isText || isWord ? undefined : NUMERIC.get(line.text);
    if (numeric === undefined) return false;
    const beginsData = numeric === 'CONNECT' && running.row?.connects === true;
    if (beginsData) this.#connect();
    this.#finish({ kind: 'final', result: numeric, numeric: line.text }, running);
    return true;
  }

  #isBehind(ended: Expectation, line: Line): boolean {
    if (!ownsBehind(ended, line)) return false;
    this.#host.emit({ kind: 'info', line: line.info, payload: NO_SLICES, isBehindFinal: true });
    return true;
  }

  #emitInfo(line: Line): void {
    this.#host.emit({ kind: 'info', line: line.info, payload: NO_SLICES });
  }

  #emitUrc(urc: Urc, text: string): void {
    this.#host.emit({ kind: 'urc', urc, text, payload: NO_SLICES });
  }

  #learn({ row }: ExpectedAnswer, { info }: Line): void {
    if (row?.tells !== undefined) this.#state.applyTold(row.tells, info.fields);
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
      this.#wasInDataMode = false;
      this.#emitUrc({ name: 'no_carrier' }, line.text);
      return true;
    }
    if (!result.startsWith('SEND ')) return this.#finish(event, running);
    if (running && this.#isSendResultOf(running)) return this.#finish(event, running);
    if (this.#dialect.sendResultBehindOk && line.urc) this.#emitUrc(line.urc, line.text);
    else this.#host.emit(event); // of a send that was given up: it ends no other command
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
    // Whoever hears of the result must find the port in data mode: nothing may be written to it as a command.
    if (isAsked || isUnasked) this.#connect();
    if (isUnasked) this.#emitUrc({ name: 'open_result', result: 'CONNECT' }, line.text);
    else this.#finish({ kind: 'final', result: 'CONNECT' }, running);
    return true;
  }

  #finish(event: WireEvent & { kind: 'final' }, running: Expectation | undefined): true {
    if (event.numeric === undefined && /^(?:OK|ERROR)$/.test(event.result)) this.#state.resultIsWord();
    if (running && CHANGES_VERBOSITY.test(running.text)) this.#state.forgetVerbosity();
    if (running && !/ERROR|FAIL|NO CARRIER/.test(event.result)) this.#apply(running);
    const isInDataMode = this.#host.isInDataMode();
    if (running === undefined && this.#wasInDataMode && !isInDataMode) this.#state.leaveDataMode();
    this.#wasInDataMode = isInDataMode;
    this.#ended = running;
    this.#running = undefined;
    this.#reading = undefined;
    this.#host.expectPrompt(false);
    this.#host.forgetEcho();
    this.#host.adjust();
    this.#host.emit(event);
    return true;
  }

  /** The commands of the line were carried out. */
  #apply({ answers }: Expectation): void {
    for (const { command, row } of answers) {
      if (row?.effect) this.#state.apply(row.effect, command.fields);
      this.#isResolving ||= row?.addressesBehind === true;
    }
  }

  #connect(): void {
    this.#wasInDataMode = true;
    this.#host.connect();
  }

  // ---- unsolicited lines

  #readUrc(line: Line, urc: Urc): void {
    if (line.textFollows === true) {
      this.#textless = urc;
      this.#host.expectText();
      return;
    }
    this.#host.resumeEcho();
    if (urc.name === 'incoming') this.#state.accept(urc.connectId, urc.serverId);
    if (isBootNotice(urc)) this.#startOver();
    this.#emitUrc(urc, line.text);
  }

  /** Protocol D13: every option set before is gone. */
  #startOver(): void {
    this.#state.reset();
    this.#reading = undefined;
    this.#ended = undefined;
    this.#isResolving = false;
    this.#host.expectPrompt(false);
    this.#host.adjust();
  }

  /** The line that a notice waits for, empty when it did not come. */
  readText(text: string): void {
    const urc = this.#textless;
    this.#textless = undefined;
    this.#host.resumeEcho();
    if (urc?.name === 'cmt') this.#emitUrc({ ...urc, text }, text);
  }

  /** gsm, AT+QISHOWRA and AT+QISHOWLA: the addresses stand in lines of their own in front of IPD. */
  #holdsAddress(line: Line): boolean {
    if (!this.#state.pushesInLine) return false;
    const isAddress =
      (line.text.startsWith('RECV FROM:') && this.#state.setting('qishowra') !== 0) ||
      (line.text.startsWith('TO:') && this.#state.setting('qishowla') !== 0);
    if (isAddress) this.#addressLines.push(line);
    return isAddress;
  }
}
