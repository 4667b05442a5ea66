/** How much of a stretch of time the module itself needed: boots, registration, commands, opens, the network. */
import type { ModuleEvent } from '../../simulator/index.ts';
import { begin, end, type Interval } from './intervals.ts';

/** SIM and registration of a virtual module behind its RDY. */
const AFTER_BOOT_MS = 2_500;
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

  /** A command has not had its result. */
  get hasCommand(): boolean {
    return this.#command !== undefined;
  }

  event({ kind, text, atMs }: ModuleEvent): void {
    if (kind === 'command') this.#began(text, atMs);
    else if (kind === 'result') this.#command = end(this.#command, atMs);
    else if (kind === 'socket' || kind === 'context') this.#open = end(this.#open, atMs);
    else if (kind === 'power') this.#powered(text, atMs);
  }

  #began(text: string, atMs: number): void {
    this.#command = begin(
      this.intervals,
      atMs,
      text.startsWith('AT+QISEND') ? SEND_MS : Number.POSITIVE_INFINITY,
    );
    if (text.startsWith('AT+QIOPEN=')) this.#open = begin(this.intervals, atMs, OPEN_MS);
  }

  #powered(text: string, atMs: number): void {
    this.#command = end(this.#command, atMs);
    this.#open = end(this.#open, atMs);
    if (text === 'booting') this.#boot = begin(this.intervals, atMs, Number.POSITIVE_INFINITY);
    else this.#boot = end(this.#boot, atMs + AFTER_BOOT_MS);
  }
}
