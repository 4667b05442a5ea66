import type { ExchangeActor, ExchangeOutcome } from '../../machines/exchange.machine.ts';
import type { Command, InfoLine } from '../dialects/dialect.ts';
import type { InFlight } from './in-flight.ts';

/** A command that has been on the wire, for measurements. */
export interface Exchanged {
  readonly command: Command;
  readonly outcome: ExchangeOutcome;
  readonly lines: readonly InfoLine[];
  /** From the request to the first byte; missing of what goes in front of a command without having been asked for. */
  readonly waitedMs: number | undefined;
  /** From the first byte to the end. */
  readonly durationMs: number;
}

export function exchangedOf(inFlight: InFlight, outcome: ExchangeOutcome, nowMs: number): Exchanged {
  const { pending, lines, startedAtMs } = inFlight;
  const { command, askedAtMs } = pending;
  return {
    ...{ command, outcome, lines },
    waitedMs: askedAtMs === undefined ? undefined : startedAtMs - askedAtMs,
    durationMs: nowMs - startedAtMs,
  };
}

/** A command that goes out, and the statechart that follows it, which is that of the channel. */
export interface StartedExchange {
  readonly actor: ExchangeActor;
  /** As it may be shown. */
  readonly command: string;
  readonly payloadBytes: number;
}
