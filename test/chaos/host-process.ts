/** A process with a modem in it, that can be killed at any moment.
 *
 *    modem ──▶ MortalClock ──▶ clock of the world
 *          ──▶ MortalPort  ──▶ port of the virtual module
 *          ──▶ MortalStore ──▶ disk
 */
import { createModem, isModemError, type Modem, type ModemState } from '../../index.ts';
import { type VirtualModule, virtualPort } from '../../simulator/index.ts';
import type { Random } from '../../simulator/random.ts';
import type { Clock } from '../../streams/clock.ts';
import { type DurableStore, MortalStore } from './durable-store.ts';
import { modemOptions, powerControl } from './host-options.ts';
import { MortalClock, MortalPort } from './mortal.ts';
import { everythingOf, type Oracle, secretIn } from './oracle.ts';
import type { Moment, Schedule } from './schedule.ts';

/** Where a host lives. */
export interface Surroundings {
  readonly schedule: Schedule;
  readonly clock: Clock;
  readonly module: VirtualModule;
  readonly disk: DurableStore;
  readonly random: Random;
  readonly oracle: Oracle;
  /** Takes one line of what happened. */
  readonly log: (line: string) => void;
  /** Bytes are handed to the port. */
  readonly onWrite: (bytes: Uint8Array) => void;
  /** The module is reset by something else than a command. */
  readonly onReset: () => void;
  readonly onState: (host: HostProcess, state: ModemState) => void;
  /** The notice of a lost context has reached the process. */
  readonly onLossHeard: (contextId: number) => void;
  readonly onRecovery: (step: string) => void;
  /** The process is gone; it is to be started again `downMs` later. */
  /** The code of an error that the application got. */
  readonly onError: (code: string) => void;
  readonly onDeath: (host: HostProcess, downMs: number) => void;
}

/** A death that waits for its moment. */
export interface Doom {
  readonly moment: Moment;
  left: number;
  readonly cut: number | undefined;
  readonly downMs: number;
}

/** In these the module may not have said anything yet. */
const SILENT: ReadonlySet<ModemState> = new Set([
  ...(['portClosed', 'opening', 'syncing', 'rebooting', 'cooling', 'faulted', 'stopped'] as const),
]);
/** Longest notice of a lost context; what is kept of what came before. */
const NOTICE_CHARACTERS = 24;

const POLITE_LIMIT_MS = 60_000;
/** An agent whose start failed is started again by its supervisor. */
const SUPERVISOR_MS = 5_000;

export class HostProcess {
  readonly modem: Modem;
  readonly number: number;
  state: ModemState = 'portClosed';
  isDead = false;
  isStopping = false;
  isStopped = false;
  /** It has talked to the module: what the last process had left behind is over. */
  hasSynchronised = false;
  /** The port was lost, and the module not yet heard again. */
  hasLostPort = false;
  readonly #in: Surroundings;
  readonly #clock: MortalClock;
  readonly #port: MortalPort;
  readonly #store: MortalStore;
  /** The disk takes its time: its timers are none of the modem's. */
  readonly #diskClock: MortalClock;
  /** What was promised and has not come: names, by number. */
  readonly #owed = new Map<number, string>();
  #promises = 0;
  #dooms: Doom[] = [];
  #isComplete = false;

  constructor(number: number, surroundings: Surroundings) {
    this.number = number;
    this.#in = surroundings;
    const { clock, schedule, module, disk, random } = surroundings;
    this.#clock = new MortalClock(clock);
    this.#port = new MortalPort(virtualPort(module, { lines: schedule.lines }), {
      cut: (bytes) => this.#cutOf(bytes),
      kill: () => this.kill(this.#lastDownMs),
    });
    this.#diskClock = new MortalClock(clock);
    this.#store = new MortalStore(disk, this.#diskClock, random, schedule.storeMs, () =>
      this.#strikes('store'),
    );
    this.#port.lost$.subscribe(() => {
      this.hasLostPort = true;
    });
    this.#watchLosses();
    this.modem = createModem(
      modemOptions(schedule, {
        ...{ port: this.#port, clock: this.#clock, store: this.#store },
        power: powerControl(surroundings, this.#clock, {
          isDead: () => this.isDead,
          onReset: () => this.#strikes('reset'),
        }),
        onLog: (text) => this.#checkSecrets('the logger', text),
      }),
    );
    this.#watch();
  }

  #lastDownMs = 0;

  /** Starts the modem. A start that fails ends the process; its supervisor starts another. */
  start(): void {
    this.track('start()', this.modem.start(), (error) => {
      if (error !== undefined && !this.isStopping && !this.isDead) this.#over();
    });
  }

  /** Ends the process without a word: as SIGKILL does. */
  kill(downMs: number, hangsUp = false): void {
    if (this.isDead || this.isStopped) return;
    this.isDead = true;
    this.#in.log(`host ${this.number} killed`);
    this.#clock.die();
    this.#diskClock.die();
    this.#port.die();
    this.#store.die();
    if (hangsUp) this.#in.module.setDtr(false);
    this.#in.onState(this, 'portClosed');
    this.#in.onDeath(this, downMs);
  }

  /** Kills it when a moment comes. */
  doom(doom: Doom): void {
    this.#dooms.push(doom);
  }

  /** Lets it live. */
  spare(): void {
    this.#dooms = [];
  }

  /** Stops the modem, and checks that nothing is left of it (invariant 15). */
  async stop(deactivate = false): Promise<void> {
    if (this.isDead || this.isStopping) return;
    this.isStopping = true;
    const { clock, oracle } = this.#in;
    const startedAtMs = clock.now();
    await this.modem.stop({ deactivate });
    if (this.isDead) return; // killed in the middle of it
    // What ends with the stop may take a few turns of the event loop: no time passes.
    await new Promise<void>((resolve) => clock.setTimeout(resolve, 0));
    this.isStopped = true;
    this.#in.onState(this, 'stopped');
    const tookMs = clock.now() - startedAtMs;
    oracle.expect(tookMs <= POLITE_LIMIT_MS, 'end', `stop() took ${tookMs} ms`);
    oracle.expect(
      this.#owed.size === 0,
      'end',
      `not settled by stop(): ${[...this.#owed.values()].join(', ')}`,
    );
    oracle.expect(this.#isComplete, 'end', 'status$ is not complete after stop()');
    oracle.expect(!this.#port.isOpen, 'end', 'the port is open after stop()');
    const { pendingTimers } = this.#clock;
    oracle.expect(pendingTimers === 0, 'end', `${pendingTimers} timers are left after stop()`);
  }

  /** The line has not taken what it has written. */
  get isHeld(): boolean {
    return this.#port.isHeld;
  }

  /** Nothing more may come of it. */
  get isOver(): boolean {
    return this.isDead || this.isStopped;
  }

  /** Follows a promise that the modem handed out: it has to settle once, not after the end, with an error of ours. */
  track<T>(name: string, promise: Promise<T>, then: (error: unknown, value?: T) => void = () => {}): void {
    const settle = this.owe(name);
    promise.then(
      (value) => {
        if (this.isDead) return;
        settle();
        then(undefined, value);
      },
      (error: unknown) => {
        if (this.isDead) return;
        settle();
        this.checkError(name, error);
        then(error);
      },
    );
  }

  /** Something that has to come once before the end. Returns what is to be called then. */
  owe(name: string): () => void {
    this.#promises += 1;
    const number = this.#promises;
    this.#owed.set(number, name);
    return () => {
      if (this.isDead) return;
      if (this.isStopped) this.#in.oracle.fail('late', `${name} settled after stop()`);
      if (!this.#owed.delete(number)) this.#in.oracle.fail('late', `${name} settled twice`);
    };
  }

  /** An error has to be a ModemError, not INTERNAL, and keep secrets. */
  checkError(name: string, error: unknown): void {
    if (this.isDead) return;
    const { oracle, log } = this.#in;
    const code = isModemError(error) ? error.code : 'none';
    log(`${name}: ${code}`);
    this.#in.onError(code);
    oracle.expect(
      code !== 'none' && code !== 'INTERNAL',
      'internal',
      `${name} failed with ${everythingOf(error)}`,
    );
    this.#checkSecrets(`error of ${name}`, everythingOf(error));
  }

  /** Looks for the notices by itself: the library may overlook one. */
  #watchLosses(): void {
    let text = '';
    this.#port.bytes$.subscribe((bytes) => {
      text += Buffer.from(bytes).toString('latin1');
      for (const [, id] of text.matchAll(/\+QIURC: "pdpdeact",(\d+)\r/g)) this.#in.onLossHeard(Number(id));
      text = text.slice(text.lastIndexOf('\r') + 1).slice(-NOTICE_CHARACTERS);
    });
  }

  #watch(): void {
    const { modem } = this;
    const { log, oracle, onState, onRecovery } = this.#in;
    modem.trace$.subscribe(({ atMs, kind, text }) => {
      if (this.isDead) return;
      log(`${Math.round(atMs)} ${kind} ${text}`);
      this.#checkSecrets('the trace', text);
      if (kind === 'tx' && text.startsWith('AT+CFUN=1,1')) this.#strikes('reset');
    });
    modem.recoveries$.subscribe(({ step, detail }) => {
      if (this.isDead) return;
      onRecovery(step);
      this.#checkSecrets('recoveries$', detail);
      log(`${step}: ${detail}`);
    });
    modem.status$.subscribe({
      next: ({ state, error }) => {
        if (this.isDead) return;
        if (!SILENT.has(state)) {
          this.hasSynchronised = true;
          this.hasLostPort = false;
        }
        if (state === this.state) return;
        this.state = state;
        log(`state ${state}`);
        onState(this, state);
        if (error) this.checkError('status$', error);
        if (state === 'faulted') this.#over();
      },
      complete: () => {
        if (this.#isComplete) oracle.fail('late', 'status$ completed twice');
        this.#isComplete = true;
      },
    });
  }

  #checkSecrets(where: string, text: string): void {
    const secret = secretIn(text);
    if (secret !== undefined)
      this.#in.oracle.fail('secret', `${where} says ${secret}: ${text.slice(0, 200)}`);
  }

  /** It has given up: what a supervisor makes of that. */
  #over(): void {
    if (this.isStopping) return;
    this.stop().then(
      () => this.#in.onDeath(this, SUPERVISOR_MS),
      (error: unknown) => this.#in.oracle.fail('end', `stop() rejected: ${everythingOf(error)}`),
    );
  }

  #cutOf(bytes: Uint8Array): number | undefined {
    this.#in.onWrite(bytes);
    const doom = this.#due('write');
    if (doom === undefined) return undefined;
    this.#lastDownMs = doom.downMs;
    return Math.min(doom.cut ?? bytes.length, bytes.length);
  }

  #strikes(moment: Moment): void {
    const doom = this.#due(moment);
    if (doom) this.kill(doom.downMs);
  }

  #due(moment: Moment): Doom | undefined {
    for (const doom of this.#dooms) if (doom.moment === moment) doom.left -= 1;
    return this.#dooms.find((doom) => doom.moment === moment && doom.left === 0);
  }
}
