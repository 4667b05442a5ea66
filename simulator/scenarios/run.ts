/** Plays a scenario to a module.
 *
 *    plannedStrikes ──(one timer on the clock)──▶ module.inject ──▶ onStrike
 */
import type { Clock, TimerHandle } from '../../streams/clock.ts';
import type { MemoryNetwork } from '../memory-network.ts';
import type { VirtualModule } from '../module.ts';
import type { ModuleTiming } from '../options.ts';
import { baseLatency } from './base-latency.ts';
import { durationMs } from './duration.ts';
import { type PlanOptions, plannedStrikes, type Strike } from './plan.ts';
import type { ScenarioProfile } from './profile.ts';

/** What a scenario is played with. */
export interface ScenarioOptions extends PlanOptions {
  /** What goes wrong, and how often. */
  readonly profile: ScenarioProfile;
  /** Where it strikes. Its clock is the clock of the scenario. */
  readonly module: Pick<VirtualModule, 'inject'>;
  /** The network of the module, for its latency. */
  readonly network: Pick<MemoryNetwork, 'setLatency'>;
  /** The clock of module and network. */
  readonly clock: Clock;
  /** Called with each strike, when the module has been given it. */
  readonly onStrike?: (strike: Strike) => void;
}

/** A scenario that runs. */
export interface Scenario {
  /** Nothing strikes any more, and no timer is left. What has struck lasts as long as it was meant to, or the module does. */
  dispose(): void;
}

/** Clocks of the wall have timers of 24 days at most. */
const LONGEST_TIMER_MS = 86_400_000;

/** Begins a scenario now: from here on the faults of the profile strike, the same ones at the same times for the same seed.
 *
 * Make the module with `timing: profileTiming(profile)`, if its response times shall be those of the profile.
 *
 * @throws ProfileError when `startsAt` is no time of day.
 */
export function runScenario(options: ScenarioOptions): Scenario {
  const { profile, seed, module, network, clock, onStrike } = options;
  const startedAtMs = clock.now();
  const strikes = plannedStrikes(profile, options);
  const latency = baseLatency(profile.network, seed, startedAtMs);
  if (latency !== undefined) network.setLatency(latency);
  let timer: TimerHandle;
  let isOver = false;

  const waitFor = (strike: Strike): void => {
    const leftMs = strike.atMs - clock.now();
    const isLast = leftMs <= LONGEST_TIMER_MS;
    timer = clock.setTimeout(
      () => (isLast ? carryOut(strike) : waitFor(strike)),
      Math.min(leftMs, LONGEST_TIMER_MS),
    );
  };
  const carryOut = (strike: Strike): void => {
    module.inject(strike.fault);
    onStrike?.(strike);
    if (!isOver) proceed();
  };
  const proceed = (): void => {
    const next = strikes.next();
    if (!next.done) waitFor(onClock(next.value, startedAtMs));
  };
  proceed();
  return {
    dispose() {
      isOver = true;
      clock.clearTimeout(timer);
    },
  };
}

/** The response times of a profile, for the option `timing` of a virtual module. */
export function profileTiming({ timing = {} }: ScenarioProfile): Partial<ModuleTiming> {
  return Object.fromEntries(Object.entries(timing).map(([name, time]) => [`${name}Ms`, durationMs(time)]));
}

function onClock({ atMs, untilMs, ...rest }: Strike, startedAtMs: number): Strike {
  const end = untilMs === undefined ? {} : { untilMs: startedAtMs + untilMs };
  return { atMs: startedAtMs + atMs, ...end, ...rest };
}
