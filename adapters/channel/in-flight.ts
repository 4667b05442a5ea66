/** The command on the wire, and what its end means. */
import type { ExchangeActor, ExchangeOutcome } from '../../machines/exchange.machine.ts';
import type { CommandOutcome } from '../../machines/support/command-runner.ts';
import type { Answer, Command, InfoLine, Learnt, Step } from '../dialects/dialect.ts';
import type { Secrets } from './secrets.ts';
import { GONE } from './wire-probe.ts';

/** A command that waits for its turn. */
export interface Pending {
  readonly command: Command;
  readonly payload: readonly Uint8Array[];
  /** Clock time of the request; missing of what goes in front of another command. */
  readonly askedAtMs?: number;
  /** What is still to go in front of it. */
  readonly steps?: Step[];
  /** What the refusal of one of them told. */
  learnt?: Learnt;
  readonly settle: (outcome: CommandOutcome<unknown>) => void;
}

export interface InFlight {
  /** The payload was asked for and written. */
  hasPrompted: boolean;
  readonly pending: Pending;
  readonly actor: ExchangeActor;
  readonly startedAtMs: number;
  readonly lines: InfoLine[];
  payload: readonly Uint8Array[];
  isSpoiled: boolean;
}

/** More lines than any command of the manuals prints; what comes after is not kept (invariant 4). */
const MOST_LINES = 512;

/** Keeps a line of the answer. */
export function keep(inFlight: InFlight, line: InfoLine, payload: readonly Uint8Array[]): void {
  if (inFlight.lines.length < MOST_LINES) inFlight.lines.push(line);
  if (payload.length > 0) inFlight.payload = payload;
}

/** The outcome of a command that ended with success, by what came back. */
export function understood(inFlight: InFlight, result: string, secrets: Secrets): CommandOutcome<unknown> {
  const answer: Answer = { lines: inFlight.lines, payload: inFlight.payload, result };
  const { command } = inFlight.pending;
  if (inFlight.isSpoiled) return { kind: 'refused', result: 'the counted payload was cut short' };
  const { learnt } = inFlight.pending;
  const more = { result, ...(learnt && { learnt }) };
  if (command.parse === undefined) return { kind: 'ok', value: undefined, ...more };
  const value = command.parse(answer);
  if (value !== undefined) return { kind: 'ok', value, ...more };
  const seen = inFlight.lines.map((line) => secrets.shownInfo(line)).join(' | ');
  return { kind: 'refused', result: `an answer that is not in the manual: ${seen || result}` };
}

/** Tells whether a command asks for payload and has not been asked for it. */
export function isUnprompted({ pending, hasPrompted }: InFlight): boolean {
  return pending.command.prompts === true && !hasPrompted;
}

/** Tells whether the module may carry out the command later, because nothing says that it has forgotten it. */
export function mayStillRun(outcome: ExchangeOutcome): boolean {
  if (outcome.kind === 'aborted') return outcome.code !== 'STOPPED' && !GONE.has(outcome.code);
  return outcome.kind === 'timedOut';
}
