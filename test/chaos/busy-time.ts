/** How much of a stretch of time the module itself needed: boots, registration, commands, opens, the network. */
import type { ModuleEvent } from '../../simulator/index.ts';
import { begin, end, type Interval } from './intervals.ts';

/** SIM and registration of a virtual module behind its RDY. */
const AFTER_BOOT_MS = 2_500;
/** With a length that is not 0, which would ask for the counters; on bc66 the payload is in the line. */
const WAITS_FOR_PAYLOAD = /^AT\+QISEND(?!EX)(?!=\d+,0\b)/i;
const DELAY = /^\{"kind":"delay","ms":(\d+)/;
/** A send whose payload does not come is the host's time. */
const SEND_MS = 5_000;
/** gsm: with AT+QIMUX=0 the only socket is 0. */
const ONLY_ID = '0';
/** Its connect id; gsm names no context in front of it. */
const OPEN = /^AT\+QIOPEN=(?:(?:\d+,)?(\d+),)?"/;
/** Limit of a connect. */
const OPEN_MS = 76_000;

/** Follows the events of a module. */
export class BusyTime {
  readonly intervals: Interval[] = [];
  #command: Interval | undefined;
  /** By connect id. */
  readonly #opens = new Map<string, Interval>();
  #boot: Interval | undefined;
  /** So much later the module takes up the next command. */
  #delayMs = 0;

  /** A command has not had its result. */
  get hasCommand(): boolean {
    return this.#command !== undefined;
  }

  event({ kind, text, atMs }: ModuleEvent): void {
    if (kind === 'command') this.#began(text, atMs);
    else if (kind === 'result') this.#command = end(this.#command, atMs);
    else if (kind === 'socket') this.#opened(atMs, text.split(' ')[0]);
    else if (kind === 'context') this.#opened(atMs);
    else if (kind === 'power') this.#powered(text, atMs);
    else if (kind === 'fault') this.#delayMs = Number(DELAY.exec(text)?.[1] ?? this.#delayMs);
  }

  #began(text: string, atMs: number): void {
    this.#command = begin(
      this.intervals,
      atMs,
      WAITS_FOR_PAYLOAD.test(text) ? SEND_MS + this.#delayMs : Number.POSITIVE_INFINITY,
    );
    this.#delayMs = 0;
    const open = OPEN.exec(text);
    if (open) this.#opens.set(open[1] ?? ONLY_ID, begin(this.intervals, atMs, OPEN_MS));
  }

  /** That one has ended, well or not; without an id all of them. */
  #opened(atMs: number, id?: string): void {
    for (const each of id === undefined ? [...this.#opens.keys()] : [id]) {
      end(this.#opens.get(each), atMs);
      this.#opens.delete(each);
    }
  }

  #powered(text: string, atMs: number): void {
    this.#command = end(this.#command, atMs);
    this.#opened(atMs);
    if (text === 'booting') this.#boot = begin(this.intervals, atMs, Number.POSITIVE_INFINITY);
    else this.#boot = end(this.#boot, atMs + AFTER_BOOT_MS);
  }
}
