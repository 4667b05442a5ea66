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
/** Limit of a connect. */
const OPEN_MS = 76_000;

/** Follows the events of a module. */
export class BusyTime {
  readonly intervals: Interval[] = [];
  #command: Interval | undefined;
  #open: Interval | undefined;
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
    else if (kind === 'socket' || kind === 'context') this.#open = end(this.#open, atMs);
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
    if (text.startsWith('AT+QIOPEN=')) this.#open = begin(this.intervals, atMs, OPEN_MS);
  }

  #powered(text: string, atMs: number): void {
    this.#command = end(this.#command, atMs);
    this.#open = end(this.#open, atMs);
    if (text === 'booting') this.#boot = begin(this.intervals, atMs, Number.POSITIVE_INFINITY);
    else this.#boot = end(this.#boot, atMs + AFTER_BOOT_MS);
  }
}
