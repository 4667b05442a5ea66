/** Waits that a manual or the ladder prescribes to the host, from what it writes and what the module makes of it.
 *
 *    command ──▶ result            its limit, where the result never comes
 *    +++                           guard times, and the wait for OK
 *    AT+QIACT ──▶ ERROR ──▶ next   the wait behind a refused activation
 *    AT+QISEND ──▶ no prompt       until something is written; for up to 10 minutes
 *    no result ──▶ … ──▶ result    the silence behind each result that may be the late one
 *    AT ──▶ OK                     the silence that shows that nothing else was owed (invariant 12)
 *    cooling                       the ladder
 */
import type { ModuleEvent, VirtualDialect } from '../../simulator/index.ts';
import { begin, end, type Interval } from './intervals.ts';

/** Longest response times (protocol.md §2). */
const LIMITS_MS: readonly (readonly [RegExp, number])[] = [
  [/^AT\+QIACT/i, 150_000],
  [/^AT\+QIDEACT\r/i, 60_000],
  [/^AT\+QIDEACT/i, 40_000],
  [/^AT\+QIOPEN/i, 150_000],
];
const CLOSE_MS = 10_000;
/** gsm and bc66 give no limit of their own for a close. */
const ANY_COMMAND_MS = 60_000;
/** Wait for a late result behind the limit (docs/RECOVERY.md). */
const DRAIN_MS = 1_000;
/** Longest wait behind a refused activation (docs/RECOVERY.md). */
const REFUSED_MS = 20_000;
const ACTIVATION = /^AT\+(?:QIACT|QIREGAPP|CGATT=1)/i;
/** gsm: these end with a line behind OK, for which a transparent open has to wait in silence. */
const CONNECTS_BEHIND_OK = /^AT\+QI(?:OPEN|SERVER)/;
/** bc66: the result of a send and of a close comes behind its OK. */
const ENDS_BEHIND_OK = /^AT\+QI(?:SEND|CLOSE)/;
/** A send without a prompt whose payload looks like commands: nothing is written for so long (D-006), if the module stays silent. */
const UNPROMPTED_MS = 600_000;
/** Silence behind a result that may be a late one (D-061), or may be followed by one. */
const DOUBTFUL_MS = 300;
const SENDS = /^AT\+QISEND(?:=|EX=|$)/i;
const ASKS_COUNTERS = /^AT\+QISEND=\d+,0\b/i;
const RESULT_BEHIND_OK = /^(?:SEND|CLOSE) (?:OK|FAIL)/;
/** Wait for the answer to an escape (docs/RECOVERY.md). */
const ESCAPE_REPLY_MS = 2_000;
const LATE = /^result .*: comes (\d+) ms late$/;

export class PrescribedWait {
  readonly intervals: Interval[] = [];
  readonly #dialect: VirtualDialect;
  /** The last command: what it was, and how long its result may still be waited for. */
  #text = '';
  #command: Interval | undefined;
  #limitAtMs = 0;
  #isOkLate = false;
  #isAnswered = true;
  /** A command was given up before its result came. */
  #owes = false;
  /** The last line that was written. */
  #isProbe = false;
  #doubtful: Interval | undefined;
  #writtenAtMs = 0;
  #refused: Interval | undefined;
  #escaping: Interval | undefined;
  #cool: Interval | undefined;
  #search: Interval | undefined;

  constructor(dialect: VirtualDialect) {
    this.#dialect = dialect;
  }

  /** The host writes to its port. A probe or another command says that it waits no longer. */
  wrote(bytes: Uint8Array, atMs: number): void {
    const text = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
    this.#escaping = end(this.#escaping, atMs);
    this.#doubtful = end(this.#doubtful, atMs);
    if (text === '+++') this.#escape(atMs);
    const isCommand = /^AT(?:[+&EO]|\r)/i.test(text);
    // The payload of a send that waits no longer for its prompt, or was prompted at last.
    if (!isCommand && this.#command && this.#isSend)
      this.#command.toMs = Math.min(
        this.#command.toMs,
        Math.max(atMs, this.#writtenAtMs + ANY_COMMAND_MS + DRAIN_MS),
      );
    if (!isCommand) return;
    this.#owes ||= !this.#isAnswered;
    this.#command = end(this.#command, atMs);
    if (ACTIVATION.test(text) || text.startsWith('AT+QIDEACT')) this.#refused = end(this.#refused, atMs);
    this.#isProbe = text.startsWith('AT\r');
    if (this.#isProbe) return;
    this.#text = text;
    this.#writtenAtMs = atMs;
    this.#isAnswered = false;
    this.#isOkLate = false;
    const limitMs = this.#limitOf(text);
    this.#limitAtMs = atMs + limitMs + DRAIN_MS;
    this.#command = begin(this.intervals, atMs, limitMs + DRAIN_MS);
  }

  /** A process starts on a module that was left in data mode, or in the middle of a command: probes, silence, an escape, probes … */
  searches(atMs: number, mostMs: number): void {
    this.#search = begin(this.intervals, atMs, mostMs);
  }

  event({ kind, text, atMs }: ModuleEvent): void {
    if (kind === 'power') {
      // Its result never comes, and nobody may say so.
      if (!this.#isAnswered && this.#command) this.#command.toMs = this.#limitAtMs;
      this.#isAnswered = true;
    }
    if (kind === 'result') this.#search = end(this.#search, atMs);
    if (kind === 'result') this.#result(text, atMs);
    else if (kind === 'urc' && /^(?:\+QIOPEN|SERVER OK)$/.test(text) && this.#connectsLater)
      this.#command = end(this.#command, atMs);
    else if (kind === 'urc' && RESULT_BEHIND_OK.test(text)) this.#resultBehind(atMs);
    else if (kind === 'lost') this.#late(LATE.exec(text)?.[1], atMs);
  }

  /** The ladder makes the host wait, or does not any more. */
  cools(isCooling: boolean, atMs: number): void {
    if (isCooling) this.#cool ??= begin(this.intervals, atMs, Number.POSITIVE_INFINITY);
    else this.#cool = end(this.#cool, atMs);
  }

  #result(text: string, atMs: number): void {
    if (text === '(nothing)') return;
    this.#isAnswered = true;
    if (this.#owes || this.#isProbe) this.#doubtful = begin(this.intervals, atMs, DOUBTFUL_MS);
    if (text.includes('ERROR') && ACTIVATION.test(this.#text))
      this.#refused = begin(this.intervals, atMs, REFUSED_MS);
    const endsLater = this.#connectsLater || (this.#dialect === 'bc66' && ENDS_BEHIND_OK.test(this.#text));
    const isBehindOk = text === 'OK' && endsLater;
    if (!isBehindOk && this.#command) this.#command.toMs = Math.min(this.#command.toMs, atMs);
  }

  /** In front of a late OK it is none: it may belong to an older command, and the host waits for another one. */
  #resultBehind(atMs: number): void {
    if (!this.#isOkLate) this.#command = end(this.#command, atMs);
    else if (this.#command) this.#command.toMs = this.#limitAtMs;
  }

  #late(ms: string | undefined, atMs: number): void {
    if (ms === undefined || this.#command === undefined) return;
    this.#isOkLate = true;
    this.#isAnswered = false;
    this.#command.toMs = Math.min(this.#limitAtMs, atMs + Number(ms));
  }

  #escape(atMs: number): void {
    const guardMs = this.#dialect === 'gsm' ? 600 : 1_100;
    this.#escaping = begin(this.intervals, atMs - guardMs, 2 * guardMs + ESCAPE_REPLY_MS);
  }

  get #connectsLater(): boolean {
    return this.#dialect === 'gsm' && CONNECTS_BEHIND_OK.test(this.#text);
  }

  get #isSend(): boolean {
    return SENDS.test(this.#text) && !ASKS_COUNTERS.test(this.#text);
  }

  #limitOf(text: string): number {
    if (SENDS.test(text) && !ASKS_COUNTERS.test(text))
      return this.#dialect === 'bc66' ? ANY_COMMAND_MS : UNPROMPTED_MS;
    if (text.startsWith('AT+QICLOSE') && this.#dialect !== 'gsm' && this.#dialect !== 'bc66') return CLOSE_MS;
    return LIMITS_MS.find(([head]) => head.test(text))?.[1] ?? ANY_COMMAND_MS;
  }
}
