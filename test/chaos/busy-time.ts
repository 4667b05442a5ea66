/** How much of a stretch of time the module itself needed: boots, registration, commands, opens, the network. */
import type { ModuleEvent } from '../../simulator/index.ts';

interface Interval {
  readonly fromMs: number;
  toMs: number;
}

/** SIM and registration of a virtual module behind its RDY. */
const AFTER_BOOT_MS = 2_500;
/** A send whose payload does not come is the host's time. */
const SEND_MS = 5_000;
/** Limit of a connect. */
const OPEN_MS = 76_000;

/** Follows the events of a module, and the rests of a host. */
export class BusyTime {
  readonly #own: Interval[] = [];
  readonly #cooling: Interval[] = [];
  #command: Interval | undefined;
  #open: Interval | undefined;
  #boot: Interval | undefined;
  #cool: Interval | undefined;

  /** A command has not had its result. */
  get hasCommand(): boolean {
    return this.#command !== undefined;
  }

  event({ kind, text, atMs }: ModuleEvent): void {
    if (kind === 'command') this.#began(text, atMs);
    else if (kind === 'result') this.#command = this.#end(this.#command, atMs);
    else if (kind === 'socket' || kind === 'context') this.#open = this.#end(this.#open, atMs);
    else if (kind === 'power') this.#powered(text, atMs);
  }

  /** The ladder makes the host wait, or does not any more. */
  cools(isCooling: boolean, atMs: number): void {
    if (isCooling) this.#cool ??= this.#begin(this.#cooling, atMs, Number.POSITIVE_INFINITY);
    else this.#cool = this.#end(this.#cool, atMs);
  }

  /** Milliseconds of the module's own, and those of the ladder's that are not among them. */
  between(fromMs: number, toMs: number): { readonly ownMs: number; readonly ladderMs: number } {
    const ownMs = lengthOf(this.#own, fromMs, toMs);
    return { ownMs, ladderMs: lengthOf([...this.#own, ...this.#cooling], fromMs, toMs) - ownMs };
  }

  #began(text: string, atMs: number): void {
    this.#command = this.#begin(
      this.#own,
      atMs,
      text.startsWith('AT+QISEND') ? SEND_MS : Number.POSITIVE_INFINITY,
    );
    if (text.startsWith('AT+QIOPEN=')) this.#open = this.#begin(this.#own, atMs, OPEN_MS);
  }

  #powered(text: string, atMs: number): void {
    this.#command = this.#end(this.#command, atMs);
    this.#open = this.#end(this.#open, atMs);
    if (text === 'booting') this.#boot = this.#begin(this.#own, atMs, Number.POSITIVE_INFINITY);
    else this.#boot = this.#end(this.#boot, atMs + AFTER_BOOT_MS);
  }

  #begin(list: Interval[], fromMs: number, mostMs: number): Interval {
    const interval = { fromMs, toMs: fromMs + mostMs };
    list.push(interval);
    return interval;
  }

  #end(interval: Interval | undefined, atMs: number): undefined {
    if (interval) interval.toMs = Math.min(interval.toMs, atMs);
    return undefined;
  }
}

/** Length of the union of intervals, as far as it lies in a stretch. */
function lengthOf(intervals: readonly Interval[], fromMs: number, toMs: number): number {
  const parts = intervals
    .filter((one) => one.toMs > fromMs && one.fromMs < toMs)
    .map((one) => ({ fromMs: Math.max(one.fromMs, fromMs), toMs: Math.min(one.toMs, toMs) }))
    .sort((a, b) => a.fromMs - b.fromMs);
  let lengthMs = 0;
  let coveredMs = fromMs;
  for (const part of parts) {
    lengthMs += Math.max(0, part.toMs - Math.max(part.fromMs, coveredMs));
    coveredMs = Math.max(coveredMs, part.toMs);
  }
  return lengthMs;
}
