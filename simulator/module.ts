/** A virtual module: power, serial line, faults; its software is `firmware.ts`.
 *
 *    receive ──▶ SerialLine(baud) ──▶ Firmware ──▶ SerialLine(baud) ──▶ output$
 *                                       ▲
 *                   FaultSchedule ──▶ strike
 */
import { type Observable, Subject } from 'rxjs';
import { uptimeOf } from '../streams/clock.ts';
import { bootSequence } from './boot.ts';
import { Circumstances } from './circumstances.ts';
import { commandsOf } from './commands/tables.ts';
import { ArmedFaults, takeBrownOut } from './faults/armed.ts';
import type { Fault } from './faults/fault.ts';
import { FaultSchedule } from './faults/schedule.ts';
import { striker } from './faults/strike.ts';
import { Firmware } from './firmware.ts';
import type { Hardware } from './hardware.ts';
import { type ModuleState, type PowerState, viewOf } from './module-state.ts';
import { DEFAULT_TIMING, type ModuleEventKind, type VirtualModuleOptions } from './options.ts';
import { PROFILES } from './profiles/index.ts';
import { type Random, seededRandom } from './random.ts';
import { SerialLine } from './serial-line.ts';
import { SimCard } from './sim-card.ts';
import { Timers } from './timers.ts';

/** The transport vanished for a time: ports and servers around a module act on it. */
export interface TransportLoss {
  /** How long it is away, in milliseconds of the module's clock. */
  readonly forMs: number;
}

const LIST_LIMIT = 1000;
const DEFAULT_SEND_BUFFER_BYTES = 10_240;

/** A Quectel module made of software: bytes in, bytes out.
 *
 * @example
 * const module = new VirtualModule({ dialect: 'lte', clock, network: memoryNetwork(clock) });
 * module.output$.subscribe((bytes) => host.take(bytes));
 * module.receive(Buffer.from('AT+CSQ\r'));
 */
export class VirtualModule {
  /** Bytes to the host; hot, never from inside `receive`. */
  readonly output$: Observable<Uint8Array>;
  /** Losses of the transport (fault `portLost`); hot. */
  readonly transportLost$: Observable<TransportLoss>;
  /** What it was made with. */
  readonly options: VirtualModuleOptions;
  readonly #output = new Subject<Uint8Array>();
  readonly #transportLost = new Subject<TransportLoss>();
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #input: SerialLine;
  readonly #outputLine: SerialLine;
  readonly #circumstances: Circumstances;
  readonly #hardware: Hardware;
  readonly #strike: (fault: Fault) => void;
  readonly #violations: string[] = [];
  readonly #unknown: string[] = [];
  #firmware: Firmware | undefined;
  #power: PowerState = 'off';
  #cancelPower = (): void => {};
  #rebootCount = 0;
  #hung = false;
  #cancelHang = (): void => {};
  #transportUpAtMs = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(options: VirtualModuleOptions) {
    const { clock, baud } = options;
    this.options = options;
    this.output$ = this.#output.asObservable();
    this.transportLost$ = this.#transportLost.asObservable();
    this.#timers = new Timers(clock);
    this.#random = seededRandom(options.seed ?? 1);
    this.#outputLine = new SerialLine(clock, baud, (bytes) => {
      if (this.transportUp) this.#output.next(bytes);
    });
    this.#input = new SerialLine(clock, baud, (bytes) => this.#firmware?.feed(bytes));
    const sim = new SimCard(options.sim);
    this.#circumstances = new Circumstances({
      ...{ clock, timers: this.#timers, network: options.network, sim },
      firmware: () => this.#firmware,
    });
    this.#strike = striker(this.#faultTargets());
    this.#hardware = this.#makeHardware(sim);
    if (options.startBooting) this.#boot(true);
    else if (!options.startPoweredOff) this.#startRunning();
  }

  /** Takes bytes from the host. Bytes to a module that is off or booting are lost. */
  receive(bytes: Uint8Array): void {
    if (!this.#disposed && this.transportUp) this.#input.send(bytes);
  }

  /** Sets the level of DTR; what a falling edge does in data mode is the matter of AT&D. High at first. */
  setDtr(level: boolean): void {
    const hardware = this.#hardware;
    if (hardware.dtr === level) return;
    hardware.dtr = level;
    if (level) this.#firmware?.sleep.dtrRose();
    else if (!this.#hung) this.#firmware?.transparent.dropDtr();
  }

  /** Hardware flow control of the other end: with `false` all output waits in the module until `true`. */
  setClearToSend(isClear: boolean): void {
    this.#outputLine.setClearToSend(isClear);
  }

  /** Level of carrier detect (DCD): what it means is the matter of AT&C. */
  get carrier(): boolean {
    return this.#firmware?.transparent.carrier ?? false;
  }

  /** Calls `proceed` when no more than `limitBytes` of what was received still wait on the line. In data mode the line is
   * held while the connection takes nothing, as hardware flow control does it. */
  whenInputBelow(limitBytes: number, proceed: () => void): void {
    this.#input.whenBelow(limitBytes, proceed);
  }

  /** Strikes now. */
  inject(fault: Fault): void {
    if (this.#disposed) return;
    this.#record('fault', JSON.stringify(fault));
    this.#strike(fault);
  }

  /** Forgets the faults that wait for their occasion, and tells which they were. */
  disarm(): readonly Fault[] {
    return this.#hardware.armed.clear();
  }

  /** Every connection carried something last at that time of the clock: for one that leaves time out. */
  carriedLast(atMs: number): void {
    this.#firmware?.sockets.carriedLast(atMs);
  }

  /** Takes the power away and gives it back: the hard reset, and the power key of a module that is off. */
  powerCycle(): void {
    if (this.#disposed) return;
    if (this.#power !== 'off') this.#rebootCount += 1;
    this.#boot(true);
  }

  /** The transport is there (no `portLost` fault is on). */
  get transportUp(): boolean {
    return this.options.clock.now() >= this.#transportUpAtMs;
  }

  /** Time of the module's clock at which a lost transport is back; in the past when it is up. */
  get transportUpAtMs(): number {
    return this.#transportUpAtMs;
  }

  /** What a test may look at, now. */
  get state(): ModuleState {
    const firmware = this.#firmware;
    const { sim } = this.#hardware;
    return {
      power: this.#power,
      sim: sim.state,
      pinAttemptsLeft: sim.attemptsLeft,
      registered: firmware?.registration.status === 1,
      hung: this.#hung,
      armedFaults: this.#hardware.armed.kinds,
      natIdleMs: this.#circumstances.natIdleMs,
      contexts: (firmware?.contexts.all ?? []).map(({ id, state }) => ({ id, state })),
      sockets: (firmware?.visibleSockets ?? []).map(viewOf),
      dataMode: firmware?.transparent.socket?.id,
      rebootCount: this.#rebootCount,
      protocolViolations: [...this.#violations],
      unknownCommands: [...this.#unknown],
    };
  }

  /** Ends everything: no timer and no connection is left. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#stop();
    this.#timers.end();
    this.#circumstances.end();
    this.#output.complete();
    this.#transportLost.complete();
  }

  #makeHardware(sim: SimCard): Hardware {
    const { options } = this;
    const atPort = options.atPort ?? 'uart1';
    return {
      clock: options.clock,
      network: options.network,
      commands: commandsOf(options.dialect),
      profile: PROFILES[options.dialect],
      errorStyle: options.errorStyle ?? PROFILES[options.dialect].errorStyle,
      timing: { ...DEFAULT_TIMING, ...options.timing },
      random: this.#random,
      sim,
      armed: new ArmedFaults(),
      faults: new FaultSchedule(options.faults ?? { rules: [] }, this.#timers, this.#random, (fault) =>
        this.inject(fault),
      ),
      input: this.#input,
      output: this.#outputLine,
      atPort,
      sendBufferBytes: options.sendBufferBytes ?? DEFAULT_SEND_BUFFER_BYTES,
      model: options.model,
      hasIndication: options.hasIndication ?? true,
      escCancelsSend: options.escCancelsSend ?? false,
      numbersServiceTypes: options.numbersServiceTypes ?? false,
      sleepAfterMs: options.sleepAfterMs ?? Number.POSITIVE_INFINITY,
      dtr: true,
      memory: { urcPort: options.urcPort ?? atPort },
      radio: { backAtMs: Number.NEGATIVE_INFINITY, isDenied: false },
      circumstances: this.#circumstances,
      sent: (lengthBytes) => this.#sent(lengthBytes),
      record: (kind, text) => this.#record(kind, text),
      violate: (text) => {
        this.#record('violation', text);
        append(this.#violations, text);
      },
      unknown: (line) => {
        this.#record('unknown', line);
        append(this.#unknown, line);
      },
      restart: () => this.#reboot(false),
      switchOff: () => this.#switchOff(),
    };
  }

  #faultTargets(): Parameters<typeof striker>[0] {
    return {
      firmware: () => this.#firmware,
      arm: (fault) => this.#hardware.armed.arm(fault),
      hang: (forMs) => this.#hang(forMs),
      reboot: (silent) => this.#reboot(silent),
      loseTransport: (forMs) => this.#loseTransport(forMs),
      loseRadio: (forMs, isDenied) => this.#loseRadio(forMs, isDenied),
      circumstances: this.#circumstances,
      output: this.#outputLine,
      random: this.#random,
      after: (delayMs, task) => this.#timers.after(delayMs, task),
    };
  }

  #stop(): void {
    this.#cancelPower();
    this.#cancelHang();
    this.#hung = false;
    this.#firmware?.end();
    this.#firmware = undefined;
    this.#input.clear();
    this.#outputLine.clear();
    this.#power = 'off';
  }

  #reboot(silent: boolean): void {
    if (this.#power === 'off') return;
    this.#rebootCount += 1;
    this.#boot(!silent);
  }

  #boot(audible: boolean): void {
    this.#stop();
    this.#power = 'booting';
    this.#record('power', 'booting');
    this.#hardware.sim.powerUp();
    this.#cancelPower = this.#timers.after(this.#hardware.timing.bootMs, () => {
      const firmware = this.#startSoftware();
      bootSequence(firmware, audible && this.options.bootUrcs !== false);
    });
  }

  /** The module has been on for a while when the host comes. */
  #startRunning(): void {
    const firmware = this.#startSoftware();
    firmware.registration.assumeFound();
  }

  #startSoftware(): Firmware {
    const firmware = new Firmware(this.#hardware);
    this.#firmware = firmware;
    this.#circumstances.started(firmware);
    this.#power = 'running';
    this.#record('power', 'running');
    return firmware;
  }

  #switchOff(): void {
    this.#stop();
    this.#record('power', 'off');
    const { restartAfterPowerDownMs } = this.options;
    if (restartAfterPowerDownMs === undefined) return;
    this.#rebootCount += 1;
    this.#cancelPower = this.#timers.after(restartAfterPowerDownMs, () => this.#boot(true));
  }

  #hang(forMs: number | undefined): void {
    if (this.#firmware === undefined) return;
    this.#cancelHang();
    this.#hung = true;
    this.#firmware.freeze(true);
    if (forMs === undefined) return;
    this.#cancelHang = this.#timers.after(forMs, () => {
      this.#hung = false;
      this.#firmware?.freeze(false);
    });
  }

  /** What a send draws from the supply may be too much for it. */
  #sent(lengthBytes: number): void {
    const fault = takeBrownOut(this.#hardware.armed, lengthBytes);
    if (fault !== undefined) this.#reboot(fault.silent ?? false);
  }

  #loseTransport(forMs: number): void {
    this.#transportUpAtMs = Math.max(this.#transportUpAtMs, this.options.clock.now() + forMs);
    this.#record('transport', `lost for ${forMs} ms`);
    this.#transportLost.next({ forMs });
  }

  /** The air is not the module's: what it lacks it lacks after a restart too. */
  #loseRadio(forMs: number, isDenied: boolean): void {
    const { radio } = this.#hardware;
    radio.backAtMs = Math.max(radio.backAtMs, uptimeOf(this.options.clock) + forMs);
    radio.isDenied = isDenied;
    this.#firmware?.loseRadio();
  }

  #record(kind: ModuleEventKind, text: string): void {
    this.options.onEvent?.({ atMs: this.options.clock.now(), kind, text });
  }
}

function append(list: string[], text: string): void {
  list.push(text);
  if (list.length > LIST_LIMIT) list.shift();
}
