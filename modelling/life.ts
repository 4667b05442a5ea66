/** The life of one agent: the real modem on a virtual module, in virtual time, against one sequence of faults.
 *
 *    ModelledAgent ─▶ Modem ─▶ virtual module ─▶ network in memory ─▶ ReadingServer
 *                       │            ▲ scenario: strikes                    │
 *                       └── ChartTimes, OutageWatch ◀───────────────────────┘ ──▶ LifeReport
 */
import { createModem, type Modem } from '../adapters/modem/modem.ts';
import { atReset } from '../adapters/power/at-reset.ts';
import { softThenHard } from '../adapters/power/composed-reset.ts';
import type { PowerControl } from '../adapters/power/power.ts';
import type { RecoveryStep } from '../machines/modem.machine.ts';
import {
  memoryNetwork,
  profileTiming,
  runScenario,
  type ScenarioProfile,
  type VirtualDialect,
  VirtualModule,
  virtualPort,
} from '../simulator/index.ts';
import { VirtualClock } from '../streams/clock.ts';
import { ChartTimes, type TakenTransition } from './chart-times.ts';
import type { Load } from './load.ts';
import { ModelledAgent } from './modelled-agent.ts';
import { type Outage, OutageWatch } from './outages.ts';
import type { Policy } from './policy.ts';
import { ReadingServer } from './server.ts';

const PORT = 7000;
/** One way, where the profile says nothing. */
const STANDARD_LATENCY_MS = 50;
/** Strikes that take the service away at once. */
const BREAKING: ReadonlySet<string> = new Set([
  ...['pdpdeact', 'peerClose', 'radioLoss', 'hang', 'crash', 'simFailure', 'blackHole'],
]);
/** Strikes that wait for their moment. */
const WAITING: ReadonlySet<string> = new Set(['brownOut', 'natTimeout']);
const DAY_MS = 86_400_000;
/** Virtual time between two looks at the wall. */
const SLICE_MS = 3_600_000;

export interface LifeOptions {
  readonly dialect: VirtualDialect;
  readonly days: number;
  readonly seed: number;
  readonly load: Load;
  readonly policy: Policy;
  /** What goes wrong. */
  readonly profile: ScenarioProfile;
  /** Is told how many days have passed, now and then. */
  readonly onProgress?: (days: number) => void;
}

/** What a life came to. Times are milliseconds since its beginning. */
export interface LifeReport {
  readonly seed: number;
  readonly durationMs: number;
  /** Until there was service for the first time. */
  readonly startMs: number;
  readonly outages: readonly Outage[];
  /** Faults that struck: when, what, and until when, where that is known beforehand. */
  readonly strikes: readonly { readonly atMs: number; readonly kind: string; readonly untilMs?: number }[];
  /** Milliseconds from a reading to its arrival, in the order of arrival. */
  readonly latenciesMs: readonly number[];
  readonly readings: {
    readonly made: number;
    readonly arrived: number;
    readonly duplicates: number;
    readonly damaged: number;
    /** The agent still has them: they are not known to have arrived. */
    readonly unconfirmed: number;
    /** The agent has forgotten them, and they have not arrived. */
    readonly lost: number;
  };
  readonly reboots: readonly { readonly atMs: number; readonly inRow: number; readonly waitMs: number }[];
  readonly states: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly transitions: readonly TakenTransition[];
  /** Outermost states of the modem, from when. */
  readonly timeline: readonly { readonly atMs: number; readonly state: string }[];
  /** What the virtual module has to say about the host: breaches of the manual, commands that it does not know. */
  readonly violations: readonly string[];
}

function powerOf(module: VirtualModule, { canCutPower }: Policy): PowerControl {
  if (!canCutPower) return atReset();
  const cut: PowerControl = {
    description: 'power of the virtual module',
    reachesSilentModule: true,
    reset: async () => module.powerCycle(),
  };
  return softThenHard(atReset(), cut);
}

/** Lives a life. The same options give the same report, to the last digit. */
export async function live(options: LifeOptions): Promise<LifeReport> {
  const { dialect, days, seed, load, policy, profile, onProgress } = options;
  const clock = new VirtualClock();
  const network = memoryNetwork(clock, { latencyMs: STANDARD_LATENCY_MS });
  const module = new VirtualModule({ dialect, clock, network, seed, timing: profileTiming(profile) });
  const outages = new OutageWatch(clock);
  const madeAtMs = new Map<number, number>();
  const latenciesMs: number[] = [];
  const server = new ReadingServer(clock, load.sizeBytes, (number, atMs) => {
    latenciesMs.push(atMs - (madeAtMs.get(number) ?? atMs));
    madeAtMs.delete(number);
  });
  network.listen(PORT, server.accept);
  const modem = createModem({
    ...{ port: virtualPort(module), dialect, contexts: [{ apn: 'internet' }], clock },
    ...{ power: powerOf(module, policy), recovery: policy.recovery, traceLimit: 0 },
  });
  const timeline: { atMs: number; state: string }[] = [];
  const charts = new ChartTimes(modem.actor, clock, (name, state) => {
    if (name === 'modem') timeline.push({ atMs: clock.now(), state });
    if (name === 'modem') outages.changed('modem', state);
    else if (name.startsWith('context-')) outages.changed('context', state);
  });
  const reboots = rebootsOf(modem, clock);
  const strikes: LifeReport['strikes'][number][] = [];
  const waiting = new Set<string>();
  const scenario = runScenario({
    ...{ profile, seed, module, network, clock },
    onStrike: ({ atMs, kind, untilMs }) => {
      const strike = { atMs, kind, ...(untilMs !== undefined && { untilMs }) };
      strikes.push(strike);
      if (BREAKING.has(kind)) outages.broke(strike);
      if (WAITING.has(kind)) waiting.add(kind);
    },
  });
  const agent = new ModelledAgent({
    ...{ modem, clock, load, policy, port: PORT },
    events: {
      made: (number) => void madeAtMs.set(number, clock.now()),
      connected: () => outages.connected(),
      // The oldest reading that has not arrived tells since when.
      disconnected: (code) => outages.disconnected(causeOf(code, waiting), madeAtMs.values().next().value),
    },
  });
  const end = new AbortController();
  const living = modem.start().then(
    () => agent.run(end.signal),
    () => undefined,
  );
  const durationMs = days * DAY_MS;
  for (let passedMs = 0; passedMs < durationMs; passedMs += SLICE_MS) {
    await clock.advance(Math.min(SLICE_MS, durationMs - passedMs));
    onProgress?.(clock.now() / DAY_MS);
  }
  outages.finish();
  const { unconfirmed } = agent;
  const arrived = server.received;
  const { times, transitions } = charts;
  charts.close();
  scenario.dispose();
  end.abort();
  await clock.runUntil(modem.stop());
  await living;
  module.dispose();
  const { protocolViolations, unknownCommands } = module.state;
  return {
    ...{
      seed,
      durationMs,
      startMs: outages.firstMs ?? durationMs,
      outages: outages.outages,
      strikes,
      latenciesMs,
    },
    readings: {
      ...{ made: agent.made, arrived, duplicates: server.duplicates, damaged: server.damaged, unconfirmed },
      lost: Math.max(0, agent.made - arrived - unconfirmed),
    },
    ...{ reboots: reboots.list, states: times, transitions, timeline },
    violations: [...protocolViolations, ...unknownCommands.map((command) => `unknown command: ${command}`)],
  };
}

/** What is to blame for the end of a connection when nothing has just struck. */
function causeOf(code: string, waiting: Set<string>): string {
  if (code === 'MODULE_REBOOTED' && waiting.delete('brownOut')) return 'brownOut';
  return code === 'NOT_ACKNOWLEDGED' && waiting.has('natTimeout') ? 'natTimeout' : 'other';
}

/** Resets that the ladder granted, and the waits that it put in front of them. */
function rebootsOf(modem: Modem, clock: VirtualClock) {
  const list: { atMs: number; inRow: number; waitMs: number }[] = [];
  let askedAtMs: number | undefined;
  modem.recoveries$.subscribe(({ step, detail }: RecoveryStep) => {
    if (step === 'reboot delayed') askedAtMs ??= clock.now();
    if (step !== 'reboot granted') return;
    const inRow = Number(/\d+/.exec(detail)?.[0] ?? 0);
    list.push({ atMs: clock.now(), inRow, waitMs: askedAtMs === undefined ? 0 : clock.now() - askedAtMs });
    askedAtMs = undefined;
  });
  return { list };
}
