/** What a fault process does to the module and its network, each time it strikes. */
import type { Fault } from '../faults/fault.ts';
import type { Random } from '../random.ts';
import { type DurationDistribution, drawMs } from './distribution.ts';

/** What strikes. `for` is how long it lasts. */
export type ScenarioEffect =
  /** The network takes a PDP context away; without `context` all of them. */
  | { readonly fault: 'pdpdeact'; readonly context?: number }
  /** The peer closes a connection; without `socket` all of them. */
  | { readonly fault: 'peerClose'; readonly socket?: number }
  /** No network: it is searched for, or has `denied` the module. */
  | { readonly fault: 'radioLoss'; readonly for: DurationDistribution; readonly denied?: boolean }
  /** The latency is `times` as long, and `plus` longer than that. */
  | {
      readonly fault: 'slowNetwork';
      readonly for: DurationDistribution;
      readonly times?: number;
      readonly plus?: DurationDistribution;
    }
  /** The module answers nothing; without `for` until somebody resets it. */
  | { readonly fault: 'hang'; readonly for?: DurationDistribution }
  /** The module restarts by itself; `silent`: without RDY and the other notices of a boot. */
  | { readonly fault: 'crash'; readonly silent?: boolean }
  /** The supply breaks down when `afterBytes` (1: at the next send) more were sent, and the module restarts. */
  | { readonly fault: 'brownOut'; readonly afterBytes?: number; readonly silent?: boolean }
  /** The SIM cannot be read: AT+CPIN? answers +CME ERROR: `cme` (13). */
  | { readonly fault: 'simFailure'; readonly for: DurationDistribution; readonly cme?: number }
  /** From now on, for a time or for good, the network forgets a connection on which nothing was carried for `idle`. */
  | { readonly fault: 'natTimeout'; readonly idle: DurationDistribution; readonly for?: DurationDistribution }
  /** The air carries nothing, and nobody tells. Over restarts, unless `endsWithRestart`. */
  | { readonly fault: 'blackHole'; readonly for: DurationDistribution; readonly endsWithRestart?: boolean };

/** The name of what strikes. */
export type ScenarioFaultKind = ScenarioEffect['fault'];

/** One strike of an effect: its numbers are drawn. */
export interface DrawnEffect {
  /** What the module is given. */
  readonly fault: Fault;
  /** How long it lasts, where that is known beforehand. */
  readonly lastsMs?: number;
}

/** Draws the numbers of one strike. */
export function drawEffect(effect: ScenarioEffect, random: Random): DrawnEffect {
  switch (effect.fault) {
    case 'pdpdeact':
      return { fault: { kind: 'pdpdeact', ...given('context', effect.context) } };
    case 'peerClose':
      return { fault: { kind: 'peerClose', ...given('socket', effect.socket) } };
    case 'crash':
      return { fault: { kind: 'reboot', silent: effect.silent ?? false } };
    case 'brownOut': {
      const { afterBytes = 1, silent = false } = effect;
      return { fault: { kind: 'brownOut', afterBytes, silent } };
    }
    case 'natTimeout': {
      const idleMs = Math.max(1, drawMs(effect.idle, random));
      return optionally(effect.for, random, (time) => ({ kind: 'natTimeout', idleMs, ...time }));
    }
    case 'hang':
      return optionally(effect.for, random, (time) => ({ kind: 'hang', ...time }));
    default:
      return drawLasting(effect, random);
  }
}

type Lasting = Extract<ScenarioEffect, { readonly for: DurationDistribution }>;

function drawLasting(effect: Lasting, random: Random): DrawnEffect {
  const forMs = drawMs(effect.for, random);
  return { fault: lasting(effect, forMs, random), lastsMs: forMs };
}

function lasting(effect: Lasting, forMs: number, random: Random): Fault {
  switch (effect.fault) {
    case 'radioLoss':
      return { kind: 'radioLoss', forMs, denied: effect.denied ?? false };
    case 'simFailure':
      return { kind: 'simFailure', forMs, ...given('cme', effect.cme) };
    case 'blackHole':
      return { kind: 'blackHole', forMs, overRestart: !(effect.endsWithRestart ?? false) };
    default: {
      const { times = 1, plus } = effect;
      return { kind: 'slowNetwork', forMs, times, plusMs: plus === undefined ? 0 : drawMs(plus, random) };
    }
  }
}

/** What lasts for a time if one is given, else for good. */
function optionally(
  time: DurationDistribution | undefined,
  random: Random,
  make: (time: { readonly forMs?: number }) => Fault,
): DrawnEffect {
  if (time === undefined) return { fault: make({}) };
  const forMs = drawMs(time, random);
  return { fault: make({ forMs }), lastsMs: forMs };
}

function given<Name extends string>(
  name: Name,
  value: number | undefined,
): { readonly [Key in Name]?: number } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: number };
}
