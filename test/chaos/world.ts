/** Plays one schedule: a virtual module, a network, processes that come and go, an application, and the oracle. */
import { createHash } from 'node:crypto';
import type { ModemState } from '../../index.ts';
import {
  type FaultKind,
  type MemoryNetwork,
  type ModuleEvent,
  memoryNetwork,
  VirtualModule,
} from '../../simulator/index.ts';
import { seededRandom } from '../../simulator/random.ts';
import { type TimerHandle, VirtualClock } from '../../streams/clock.ts';
import { BusyTime } from './busy-time.ts';
import { DurableStore } from './durable-store.ts';
import { STARTED_AT_MS } from './host-options.ts';
import { HostProcess } from './host-process.ts';
import { LadderOracle } from './ladder-oracle.ts';
import { CANARIES, Oracle } from './oracle.ts';
import { PrescribedWait } from './prescribed-wait.ts';
import { type ChaosEvent, type Schedule, STANDARD_LADDER } from './schedule.ts';
import { Traffic } from './traffic.ts';
import { Wire } from './wire-oracle.ts';

/** More of them the host does not write before it takes the module for hung (protocol.md §10). */
const ESCAPE_TRIES = 5;

const STARTING_OVER: ReadonlySet<ModemState> = new Set([
  'portClosed',
  'opening',
  'syncing',
  'rebooting',
  'stopped',
]);

/** Commands behind which data mode begins. */
const ENTERS_DATA = /^AT(?:O|\+QIOPEN|\+QISWTMD|\+QISERV|\+QILISTEN)/i;

/** Two escapes, and the waits for their answers: so long a host looks into the end of data mode. */
const DOUBT_MS = 10_000;

/** A module that was left in data mode, or in a send, is found by probes, a silence, an escape, and line ends at last. */
const SEARCH_MS = 20_000;
/** The same, when it misses escapes. */
const LONGEST_SEARCH_MS = 60_000;
/** A line that a dead connection in transparent mode holds is waited for (docs/RECOVERY.md, `dataLineMs`). */
const HELD_LINE_MS = 120_000;

/** Behind the line that ends data mode, while it is not yet believed. */
const NOISE_MS = 500;

/** Everything that a case consists of while it runs. */
export class World {
  readonly schedule: Schedule;
  readonly clock = new VirtualClock(STARTED_AT_MS);
  readonly network: MemoryNetwork;
  readonly module: VirtualModule;
  readonly oracle = new Oracle(() => this.sinceStartMs);
  readonly traffic: Traffic;
  readonly ladder: LadderOracle;
  readonly busy = new BusyTime();
  readonly prescribed: PrescribedWait;
  readonly wire: Wire;
  readonly struck = new Map<FaultKind | 'kill', number>();
  readonly recoveries = new Map<string, number>();
  readonly log: string[] | undefined;
  readonly #hash = createHash('sha256');
  readonly #random;
  readonly disk = new DurableStore();
  #host: HostProcess | undefined;
  #hosts = 0;
  /** What a host has written last. */
  #lastLine = '';
  #isEnding = false;
  /** The answer to the right PIN was lost or altered, or a process died in front of it: nobody may try again (invariant 16). */
  isPinUnconfirmed = false;
  /** A launch is to come. */
  #launches = 0;
  #launchTimer: TimerHandle;
  /** When the last fault was over that has an end of its own. */
  #calmAtMs = STARTED_AT_MS;

  constructor(schedule: Schedule, keepsLog = false) {
    this.schedule = schedule;
    this.log = keepsLog ? [] : undefined;
    const { dialect, seed, latencyMs, pin, baud, ladder, storeMs, power } = schedule;
    // A switch that does nothing is a fault, as long as it does nothing.
    if (power.kind === 'useless') this.#calmAtMs += power.worksFromMs;
    this.#random = seededRandom(seed);
    this.prescribed = new PrescribedWait(dialect);
    this.network = memoryNetwork(this.clock, { latencyMs });
    this.ladder = new LadderOracle(ladder ?? STANDARD_LADDER, storeMs);
    const mayStall = (): boolean => this.struck.has('hang') || this.struck.has('delay');
    this.wire = new Wire(this.oracle, () => this.#host, pin === 'wrong', mayStall);
    this.module = new VirtualModule({
      ...{ dialect, seed, clock: this.clock, network: this.network },
      ...(baud !== undefined && { baud }),
      ...(pin && { sim: { pin: CANARIES.pin }, startBooting: true }),
      onEvent: (event) => this.#event(event),
    });
    const after = (delayMs: number, task: () => void): void => void this.clock.setTimeout(task, delayMs);
    const isOutOfStep = (): boolean => this.wire.isOutOfStep(this.clock.now());
    this.traffic = new Traffic({ network: this.network, oracle: this.oracle, dialect, after, isOutOfStep });
  }

  get sinceStartMs(): number {
    return this.clock.now() - STARTED_AT_MS;
  }

  /** The process that lives now. */
  get host(): HostProcess | undefined {
    return this.#host?.isOver === false ? this.#host : undefined;
  }

  /** No fault is at work, and a process lives. */
  get isCalm(): boolean {
    const { hung } = this.module.state;
    const hasProcess = this.#launches === 0 && this.host?.isStopping === false;
    return this.clock.now() >= this.#calmAtMs && !hung && hasProcess && this.module.transportUp;
  }

  /** Nobody may try the PIN again; or a dead connection in transparent mode holds the line, and only AT commands could reset the module. */
  get needsHands(): boolean {
    const { power, lines } = this.schedule;
    const isHeld = this.module.state.dataMode !== undefined && this.host?.isHeld === true;
    return this.isPinUnconfirmed || (isHeld && power.kind === 'at' && !lines);
  }

  get digest(): string {
    return this.#hash.copy().digest('hex');
  }

  note(line: string): void {
    this.#hash.update(line);
    this.log?.push(`${this.sinceStartMs} ${line}`);
  }

  /** Starts a process. */
  launch(): void {
    if (this.#isEnding || this.host) return;
    this.#hosts += 1;
    this.wire.launched();
    const host = new HostProcess(this.#hosts, {
      ...{ schedule: this.schedule, clock: this.clock, module: this.module, disk: this.disk },
      ...{ random: this.#random, oracle: this.oracle },
      log: (line) => this.note(`h${host?.number ?? this.#hosts} ${line}`),
      onWrite: (bytes) => {
        this.#lastLine = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
        this.prescribed.wrote(bytes, this.clock.now());
      },
      onReset: () => this.#reset(),
      onState: (one, state) => this.#stateChanged(one, state),
      onLossHeard: (contextId) => this.wire.lossHeard(contextId),
      onRecovery: (step) => this.recoveries.set(step, (this.recoveries.get(step) ?? 0) + 1),
      onError: (code) => this.#heardError(code),
      onDeath: (one, downMs) => this.#died(one, downMs),
    });
    this.#host = host;
    if (this.module.state.dataMode !== undefined || this.busy.hasCommand) this.#searches();
    host.start();
  }

  #searches(): void {
    this.prescribed.searches(this.clock.now(), this.struck.has('missEscape') ? LONGEST_SEARCH_MS : SEARCH_MS);
  }

  /** No fault is at work any more. What a process has left the module in, or what the peer of a dead connection stops, still is. */
  calm(): void {
    if (this.module.state.dataMode === undefined) return;
    if (this.host?.hasSynchronised === false) this.#searches();
    else if (this.host?.isHeld) this.prescribed.searches(this.clock.now(), HELD_LINE_MS);
  }

  /** Carries out one event of the schedule. */
  play(event: ChaosEvent): void {
    const { host } = this;
    this.note(JSON.stringify(event));
    if (event.do === 'fault') this.#strike(event);
    else if (host === undefined) return;
    else if (event.do === 'kill') {
      this.#count('kill');
      host.kill(event.downMs, event.hangUp);
    } else if (event.do === 'killOn')
      host.doom({ moment: event.moment, left: event.nth, cut: event.cut, downMs: event.downMs });
    else if (event.do === 'restart') this.#restart(host, event.downMs, event.deactivate === true);
    else if (host.isStopping) return;
    else if (event.do === 'talk') this.traffic.talk(host, event);
    else if (event.do === 'serve') this.traffic.serve(host, event);
    else if (event.do === 'datagrams') this.traffic.datagrams(host, event);
    else this.traffic.execute(host, event);
  }

  /** No process is started any more. */
  end(): void {
    this.#isEnding = true;
    this.clock.clearTimeout(this.#launchTimer);
  }

  /** Faults that never found their occasion did not strike. */
  disarm(): void {
    for (const { kind } of this.module.disarm()) this.#count(kind, -1);
  }

  #strike({ at, fault }: Extract<ChaosEvent, { readonly do: 'fault' }>): void {
    this.#count(fault.kind);
    if (fault.kind === 'missEscape') {
      this.traffic.book.strayEscapes += fault.times ?? 1;
      // A host that has not heard of CONNECT tries one escape, and then probes.
      if (this.struck.has('loseUrc')) this.traffic.leftInDataMode();
    }
    const areUseless = this.traffic.book.strayEscapes >= ESCAPE_TRIES && !this.schedule.lines;
    if (areUseless) this.traffic.cannotEscape();
    if (fault.kind === 'peerClose') this.traffic.peersCut();
    if (fault.kind === 'blackHole') this.traffic.linkCut();
    if (fault.kind === 'portLost') this.wire.leftovers = true;
    if (fault.kind === 'reboot' && fault.silent && !this.schedule.lines) this.traffic.rebootUnheard();
    if (fault.kind === 'reboot' && fault.silent) this.wire.restartUnheard();
    if (fault.kind === 'hang' && this.module.state.dataMode !== undefined) this.traffic.hungInDataMode();
    if (fault.kind === 'garbage') this.traffic.noise();
    const lastsMs = ('forMs' in fault ? fault.forMs : undefined) ?? (fault.kind === 'dribble' ? 1_000 : 0);
    if (fault.kind !== 'hang') this.#calmAtMs = Math.max(this.#calmAtMs, STARTED_AT_MS + at + lastsMs);
    this.module.inject(fault);
  }

  #heardError(code: string): void {
    if (this.schedule.pin === 'wrong' || (code !== 'SIM_PIN_UNCONFIRMED' && code !== 'SIM_PIN_REJECTED'))
      return;
    this.isPinUnconfirmed = true;
    const { struck } = this;
    const isExcused = code === 'SIM_PIN_REJECTED' ? struck.has('error') : this.#hosts > 1 || struck.size > 0;
    if (!isExcused)
      this.oracle.fail('pin', `${code}, though nothing kept the answer of the SIM from the host`);
  }

  #count(kind: FaultKind | 'kill', by = 1): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + by);
  }

  #restart(host: HostProcess, downMs: number, deactivates: boolean): void {
    if (host.isStopping) return;
    host.stop(deactivates).then(
      () => {
        if (this.module.state.dataMode !== undefined && host.hasSynchronised) this.#leftInDataMode();
        if (this.busy.hasCommand) this.wire.leftovers = true; // stop() does not wait for ever
        this.#died(host, downMs);
      },
      (error: unknown) => this.oracle.fail('end', `stop() rejected: ${String(error)}`),
    );
  }

  #leftInDataMode(): void {
    const isExcused = (['missEscape', 'hang', 'loseUrc'] as const).some((kind) => this.struck.has(kind));
    if (!isExcused) this.oracle.fail('end', 'stop() left the module in data mode');
    this.traffic.leftInDataMode();
  }

  #died(host: HostProcess, downMs: number): void {
    if (host.isDead) {
      this.traffic.excuse(host);
      this.wire.leftovers = true;
    }
    if (this.#isEnding) return;
    this.#launches += 1;
    this.#launchTimer = this.clock.setTimeout(() => {
      this.#launches -= 1;
      this.launch();
    }, downMs);
  }

  #stateChanged(host: HostProcess, state: ModemState): void {
    if (host !== this.#host) return;
    if (STARTING_OVER.has(state)) this.wire.startsOver(this.clock.now());
    this.ladder.health(state === 'online', this.clock.now());
    this.prescribed.cools(state === 'cooling', this.clock.now());
  }

  /** Something is said behind the line that ends data mode while the host looks into it; where carrier has dropped it need not be
   * misled by answers, nor by the CONNECT of the next client. */
  #clearsDoubt({ kind, text, atMs }: ModuleEvent): boolean {
    if (kind === 'urc' && text === 'noise') return atMs - this.wire.leftDataAtMs < NOISE_MS;
    if (this.schedule.lines && !this.wire.endedAtOnce) return false;
    if (kind === 'command' || kind === 'unknown') return this.wire.isStray(atMs);
    if (kind !== 'socket') return false;
    if (text.includes('left data mode'))
      return this.module.state.hung || this.wire.isResultDue(atMs, DOUBT_MS);
    return text.endsWith(' in data mode') && atMs - this.wire.leftDataAtMs < DOUBT_MS;
  }

  /** A module that stalled carries out an open that the host has given up: what was written since is payload. */
  #isGivenUp({ kind, text }: ModuleEvent): boolean {
    const isStalled = this.struck.has('hang') || this.struck.has('delay');
    return (
      isStalled && kind === 'socket' && text.endsWith(' in data mode') && !ENTERS_DATA.test(this.#lastLine)
    );
  }

  #reset(): void {
    this.note('reset');
    const problem = this.ladder.reset(this.clock.now());
    if (problem) this.oracle.fail('ladder', problem);
  }

  #event(event: ModuleEvent): void {
    this.note(`${event.kind} ${event.text}`);
    this.busy.event(event);
    this.prescribed.event(event);
    this.wire.event(event);
    if (/^socket.* in data mode$/.test(`${event.kind} ${event.text}`) && this.module.state.hung)
      this.traffic.hungInDataMode();
    if (this.#clearsDoubt(event)) this.traffic.answersBehindTheEnd();
    if (this.#isGivenUp(event)) this.traffic.hungInDataMode();
    const isConnectUnheard = event.kind === 'lost' && event.text.startsWith('notice +QIOPEN');
    if (isConnectUnheard && this.struck.has('missEscape')) this.traffic.leftInDataMode();
    if (event.kind === 'lost' && event.text === 'notice recv: swallowed by a fault') this.traffic.pushLost();
    if (event.kind === 'lost' && event.text.startsWith('notice RDY')) this.wire.restartUnheard();
    const isRestartUnheard = event.kind === 'lost' && event.text.startsWith('notice RDY');
    if (isRestartUnheard && !this.schedule.lines) this.traffic.rebootUnheard();
    if (event.kind === 'command' && /^AT\+CFUN=1,1/i.test(event.text)) this.#reset();
  }
}
