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
  type FaultProcess,
  plannedStrikes,
  profileTiming,
  runScenario,
  type Scenario,
  type ScenarioProfile,
  type Strike,
  type VirtualDialect,
  VirtualModule,
  virtualPort,
} from '../simulator/index.ts';
import type { Clock } from '../streams/clock.ts';
import { CalendarClock } from './calendar-clock.ts';
import { type ChartTally, ChartTimes, type TakenTransition } from './chart-times.ts';
import type { Load } from './load.ts';
import { ModelledAgent } from './modelled-agent.ts';
import { ModelledAir, type SentPacket } from './modelled-air.ts';
import { type Outage, OutageWatch } from './outages.ts';
import type { Policy } from './policy.ts';
import { type Repeatable, Repeats } from './repeats.ts';
import { ReadingServer } from './server.ts';

const PORT = 7000;
/** One way, where the profile says nothing. */
const STANDARD_LATENCY_MS = 50;
/** Strikes that take the service away at once. */
const BREAKING: ReadonlySet<string> = new Set([
  ...['pdpdeact', 'peerClose', 'radioLoss', 'hang', 'crash', 'simFailure', 'blackHole'],
]);
/** What the virtual module says when a NAT has forgotten one of its connections. */
const FORGOTTEN = /forgotten by the address translation$/;
/** Where the modem waits between two looks at the registration: no fault is waited for as long as that. */
const WAIT = 'registering.pausing';
/** Commands whose answer does not depend on what the peer has acknowledged. */
const BLIND = /^AT(\+QIRD=.*)?$/;
const DAY_MS = 86_400_000;
/** What the network still carries at the end. */
const AFTERMATH_MS = 600_000;
/** Virtual time between two reports of progress. */
const SLICE_MS = 86_400_000;
/** So much later than it was made a reading may be sent. */
const LATEST_SEND_MS = 10_000;
/** Shorter periods would be looked at more often than they are worth. */
const LEAST_PERIOD_MS = 30_000;

/** What a life depends on. */
export interface LifeOptions {
  /** Generation of the module. */
  readonly dialect: VirtualDialect;
  /** Its length. */
  readonly days: number;
  /** All chance comes from this. */
  readonly seed: number;
  /** What the agent has to say. */
  readonly load: Load;
  /** How the agent behaves. */
  readonly policy: Policy;
  /** What goes wrong. */
  readonly profile: ScenarioProfile;
  /** Lives every minute, also those that only repeat the one before; the report is the same. */
  readonly isLivedThroughout?: boolean;
  /** Is told how many days have passed, now and then. */
  readonly onProgress?: (days: number) => void;
}

/** What a life came to. Times are milliseconds since its beginning. */
export interface LifeReport {
  /** Seed of its chance. */
  readonly seed: number;
  /** Its length. */
  readonly durationMs: number;
  /** Time that was lived; the rest repeated what had been lived. */
  readonly livedMs: number;
  /** Until there was service for the first time. */
  readonly startMs: number;
  /** Stretches without service. */
  readonly outages: readonly Outage[];
  /** Faults that struck: when, what, and until when, where that is known beforehand. */
  readonly strikes: readonly { readonly atMs: number; readonly kind: string; readonly untilMs?: number }[];
  /** Milliseconds from a reading to its arrival, in the order of arrival. */
  readonly latenciesMs: readonly number[];
  /** What became of the readings. */
  readonly readings: {
    /** Readings that the agent has made. */
    readonly made: number;
    /** Different readings that have arrived. */
    readonly arrived: number;
    /** Readings that arrived once more. */
    readonly duplicates: number;
    /** What arrived and was no reading. */
    readonly damaged: number;
    /** The agent still has them: they are not known to have arrived. */
    readonly unconfirmed: number;
    /** The agent has forgotten them, and they have not arrived. */
    readonly lost: number;
  };
  /** Resets that the ladder granted: when, the how many'th in a row, and the wait that it put in front. */
  readonly reboots: readonly { readonly atMs: number; readonly inRow: number; readonly waitMs: number }[];
  /** Milliseconds by chart and state. */
  readonly states: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Transitions that were taken, and how often. */
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
  const life = new Life(options);
  await life.run();
  return life.end();
}

/** What has been counted of a life. */
interface LifeTally {
  readonly charts: ChartTally;
  readonly made: number;
}

/** A life that goes on. Its times are those of the calendar. */
class Life implements Repeatable<LifeTally> {
  readonly #options: LifeOptions;
  readonly #clock = new CalendarClock();
  readonly #air: ModelledAir;
  readonly #module: VirtualModule;
  readonly #modem: Modem;
  readonly #server: ReadingServer;
  readonly #agent: ModelledAgent;
  readonly #charts: ChartTimes;
  readonly #scenario: Scenario;
  /** Length of what may come again, milliseconds. */
  readonly #periodMs: number;
  readonly #outages = new OutageWatch(this.#clock.calendar);
  readonly #reboots: LifeReport['reboots'];
  readonly #strikes: LifeReport['strikes'][number][] = [];
  readonly #timeline: LifeReport['timeline'][number][] = [];
  /** Brown-outs that have struck and not yet ended a connection: they wait for their bytes. */
  #brownOuts = 0;
  readonly #madeAtMs = new Map<number, number>();
  readonly #latenciesMs: number[] = [];
  #questionsMs: number[] = [];
  #isAsked = false;
  #hasBegunToWait = false;
  #arrived: { readonly atMs: number; readonly latencyMs: number }[] = [];
  readonly #end = new AbortController();
  readonly #living: Promise<void>;

  constructor(options: LifeOptions) {
    const { dialect, seed, load, policy, profile } = options;
    const clock = this.#clock;
    this.#options = options;
    this.#periodMs = periodOf(load);
    const isSlower = ({ fault }: FaultProcess): boolean => fault === 'slowNetwork';
    const slower = { ...profile, processes: profile.processes.filter(isSlower) };
    const others = { ...profile, processes: profile.processes.filter((one) => !isSlower(one)) };
    this.#air = new ModelledAir(clock, STANDARD_LATENCY_MS, plannedStrikes(slower, { seed }));
    const { network } = this.#air;
    this.#module = new VirtualModule({
      ...{ dialect, clock, network, seed, timing: profileTiming(profile) },
      onEvent: ({ atMs, kind, text }) => {
        if (kind === 'command') this.#isAsked = !BLIND.test(text);
        // It looks at what has arrived at any moment up to its answer.
        if (this.#isAsked && (kind === 'command' || kind === 'result')) this.#questionsMs.push(atMs);
        if (kind === 'socket' && FORGOTTEN.test(text)) this.#outages.broke({ kind: 'natTimeout' });
      },
    });
    this.#server = new ReadingServer(clock, load.sizeBytes, (number) => this.#arrive(number), policy.probe);
    network.listen(PORT, this.#server.accept);
    this.#modem = createModem({
      ...{ port: virtualPort(this.#module), dialect, contexts: [{ apn: 'internet' }], clock },
      ...{ power: powerOf(this.#module, policy), recovery: policy.recovery, traceLimit: 0 },
    });
    this.#charts = new ChartTimes(this.#modem.actor, () => clock.uptime(), {
      changed: (name, state) => this.#changed(name, state),
      entered: (chart, state) => {
        if (chart === 'modem' && state === WAIT) this.#hasBegunToWait = true;
      },
    });
    this.#reboots = rebootsOf(this.#modem, clock.calendar);
    this.#scenario = runScenario({
      ...{ profile: others, seed, module: this.#module, network: this.#air, clock: clock.calendar },
      onStrike: (strike) => this.#strike(strike),
    });
    this.#agent = new ModelledAgent({
      ...{ modem: this.#modem, clock, load, policy, port: PORT },
      events: {
        made: (number) => void this.#madeAtMs.set(number, clock.uptime()),
        connected: () => this.#outages.connected(),
        // The oldest reading that has not arrived tells since when.
        disconnected: (code) =>
          this.#outages.disconnected(this.#causeOf(code), this.#madeAtMs.values().next().value),
      },
    });
    this.#living = this.#modem.start().then(
      () => this.#agent.run(this.#end.signal),
      () => undefined,
    );
  }

  async run(): Promise<void> {
    const { days, load, isLivedThroughout = false } = this.#options;
    const durationMs = days * DAY_MS;
    const periodMs = isLivedThroughout ? undefined : this.#periodMs;
    while (this.#clock.uptime() < durationMs && (this.#agent.made === 0 || periodMs === undefined))
      await this.#liveUntil(Math.min(this.#clock.uptime() + load.everyMs, durationMs));
    if (periodMs === undefined) return;
    // Between two readings, when there is least to do.
    const [firstMs = 0] = this.#madeAtMs.values();
    const sinceMs = this.#clock.uptime() - firstMs;
    const nextMs = (Math.floor(sinceMs / load.everyMs) + 1.5) * load.everyMs;
    await this.#liveUntil(Math.min(firstMs + nextMs, durationMs));
    const repeats = new Repeats(this.#clock, this, periodMs);
    while (this.#clock.uptime() < durationMs) {
      await repeats.liveUntil(Math.min(this.#clock.uptime() + SLICE_MS, durationMs));
      this.#options.onProgress?.(this.#clock.uptime() / DAY_MS);
    }
  }

  /** Ends it, and tells what it came to. */
  async end(): Promise<LifeReport> {
    const { seed, days } = this.#options;
    const durationMs = days * DAY_MS;
    this.#outages.finish();
    const { firstMs: startMs = durationMs, outages } = this.#outages;
    const { made, unconfirmed: held } = this.#agent;
    const livedMs = this.#clock.now();
    const { received: arrived, duplicates, damaged } = this.#server;
    const lost = made - arrived - held.filter((number) => !this.#server.has(number)).length;
    const unconfirmed = held.length;
    const { times: states, transitions } = this.#charts;
    this.#charts.close();
    this.#scenario.dispose();
    this.#end.abort();
    await this.#clock.runUntil(this.#modem.stop());
    await this.#living;
    this.#module.dispose();
    await this.#clock.advance(AFTERMATH_MS);
    const { protocolViolations, unknownCommands } = this.#module.state;
    const left = { timers: this.#clock.pendingTimers, connections: this.#air.network.openConnections };
    const leftovers = Object.entries(left).filter(([, count]) => count > 0);
    return {
      ...{
        seed,
        durationMs,
        livedMs,
        startMs,
        outages,
        strikes: this.#allStrikes(durationMs),
        latenciesMs: this.#latenciesMs,
      },
      readings: { made, arrived, duplicates, damaged, unconfirmed, lost },
      ...{ reboots: this.#reboots, states, transitions, timeline: this.#timeline },
      violations: [
        ...protocolViolations,
        ...unknownCommands.map((command) => `unknown command: ${command}`),
        ...leftovers.map(([what, count]) => `${count} ${what} are left at the end`),
      ],
    };
  }

  get turns(): number {
    const { duplicates, damaged } = this.#server;
    return this.#outages.turns + this.#timeline.length + this.#reboots.length + duplicates + damaged;
  }

  place(): string | undefined {
    if (this.#agent.isWriting || !this.#air.isEmptyAt(this.#clock.now())) return undefined;
    const { power, sim, registered, hung, contexts, sockets, dataMode, natIdleMs, armedFaults } =
      this.#module.state;
    const { everyMs } = this.#options.load;
    // One counts bytes until its moment has come, the other what lies between two packets.
    if (armedFaults.length > 0 || natIdleMs <= everyMs + LATEST_SEND_MS) return undefined;
    const open = sockets.map(({ id, state, accessMode, unreadBytes, acceptedBytes, acknowledgedBytes }) => [
      ...[id, state, accessMode, unreadBytes, acceptedBytes - acknowledgedBytes],
    ]);
    const module = JSON.stringify([power, sim, registered, hung, contexts, open, dataMode, natIdleMs]);
    return `${this.#charts.place} ${this.#agent.place} ${this.#modem.wireDoubts} ${module}`;
  }

  tally(): LifeTally {
    return { charts: this.#charts.tally(), made: this.#agent.made };
  }

  carriedLast(atMs: number): void {
    this.#module.carriedLast(atMs);
  }

  leaveOut(stretchMs: number): void {
    this.#charts.leaveOut(stretchMs);
  }

  addAgain(from: LifeTally, to: LifeTally, times: number): void {
    this.#charts.addAgain(from.charts, to.charts, times);
    this.#agent.skip(times * (to.made - from.made));
  }

  takeArrived(): readonly { readonly atMs: number; readonly latencyMs: number }[] {
    const arrived = this.#arrived;
    this.#arrived = [];
    return arrived;
  }

  arriveAgain(latencyMs: number): void {
    this.#latenciesMs.push(latencyMs);
    this.#server.skip(1);
  }

  takeSent(): readonly SentPacket[] {
    return this.#air.takeSent();
  }

  takeWait(): boolean {
    const hasBegun = this.#hasBegunToWait;
    this.#hasBegunToWait = false;
    return hasBegun;
  }

  takeQuestions(): readonly number[] {
    const questions = this.#questionsMs;
    this.#questionsMs = [];
    return questions;
  }

  latencyMs(atMs: number): number {
    return this.#air.latencyMs(atMs);
  }

  async #liveUntil(untilMs: number): Promise<void> {
    await this.#clock.advance(untilMs - this.#clock.uptime());
    this.#options.onProgress?.(untilMs / DAY_MS);
  }

  #arrive(number: number): void {
    const latencyMs = this.#clock.uptime() - (this.#madeAtMs.get(number) ?? this.#clock.uptime());
    this.#madeAtMs.delete(number);
    this.#latenciesMs.push(latencyMs);
    this.#arrived.push({ atMs: this.#clock.now(), latencyMs });
  }

  #changed(name: string, state: string): void {
    if (name === 'modem') this.#timeline.push({ atMs: this.#clock.uptime(), state });
    if (name === 'modem') this.#outages.changed('modem', state);
    else if (name.startsWith('context-')) this.#outages.changed('context', state);
  }

  #allStrikes(durationMs: number): LifeReport['strikes'] {
    this.#air.lookAhead(durationMs);
    const slower = this.#air.slowed.filter(({ atMs }) => atMs <= durationMs).map(shortOf);
    return [...this.#strikes, ...slower].sort((a, b) => a.atMs - b.atMs);
  }

  #strike(full: Strike): void {
    const strike = shortOf(full);
    const { kind } = strike;
    this.#strikes.push(strike);
    if (BREAKING.has(kind)) this.#outages.broke(strike);
    if (kind === 'brownOut') this.#brownOuts++;
  }

  /** What is to blame for the end of a connection when nothing has just struck. */
  #causeOf(code: string): string {
    const armed = this.#module.state.armedFaults.filter((kind) => kind === 'brownOut').length;
    if (code !== 'MODULE_REBOOTED' || this.#brownOuts <= armed) return 'other';
    this.#brownOuts = armed;
    return 'brownOut';
  }
}

/** A strike as the report has it. */
function shortOf({ atMs, kind, untilMs }: Strike): LifeReport['strikes'][number] {
  return { atMs, kind, ...(untilMs !== undefined && { untilMs }) };
}

/** Time after which everything can be at the same place again: some readings. */
function periodOf({ everyMs }: Load): number {
  return everyMs * Math.ceil(LEAST_PERIOD_MS / everyMs);
}

/** Resets that the ladder granted, and the waits that it put in front of them. */
function rebootsOf(modem: Modem, clock: Clock): LifeReport['reboots'] {
  const list: { atMs: number; inRow: number; waitMs: number }[] = [];
  let askedAtMs: number | undefined;
  modem.recoveries$.subscribe(({ step, detail }: RecoveryStep) => {
    if (step === 'reboot delayed') askedAtMs ??= clock.now();
    if (step === 'online') askedAtMs = undefined; // it has come back before its turn
    if (step !== 'reboot granted') return;
    const inRow = Number(/\d+/.exec(detail)?.[0] ?? 0);
    list.push({ atMs: clock.now(), inRow, waitMs: askedAtMs === undefined ? 0 : clock.now() - askedAtMs });
    askedAtMs = undefined;
  });
  return list;
}
