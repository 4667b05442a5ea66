import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { distinctUntilChanged, filter, firstValueFrom, fromEvent, map, takeUntil } from 'rxjs';
import type { Modem, ModemStatus, MqttStreamOptions } from 'urchestra';
import { log, messageOf } from './log.ts';

/** A modem that cannot be started is made anew behind this: the port may appear, the SIM may be put in. */
const ANEW_MS = 30_000;

/** The way to the broker. The modem recovers by itself; only one that has ended for good is made anew, so that readings are
 * stored whatever is wrong with it. */
export class Uplink {
  readonly #make: () => Modem;
  readonly #broker: MqttStreamOptions;
  #modem: Modem;

  /** @throws ModemError `INVALID_ARGUMENT` when the options of the modem or of the broker are wrong. */
  constructor(make: () => Modem, broker: MqttStreamOptions) {
    this.#make = make;
    this.#broker = broker;
    this.#modem = make();
    this.#modem.mqttStream(broker); // opens nothing, but checks
  }

  get status(): ModemStatus {
    return this.#modem.status;
  }

  /** What MQTT.js opens its connections by. */
  openStream(): Duplex {
    return this.#modem.mqttStream(this.#broker)();
  }

  /** Keeps a modem running until the signal says stop; `stop()` then ends the last one. */
  async keepUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await runToItsEnd(this.#modem, signal);
      if (signal.aborted) return;
      await this.#modem.stop();
      await sleep(ANEW_MS, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) this.#modem = this.#make();
    }
  }

  stop(): Promise<void> {
    return this.#modem.stop();
  }
}

/** Starts the modem, and tells the journal about it until it is of no more use. */
async function runToItsEnd(modem: Modem, signal: AbortSignal): Promise<void> {
  modem.recoveries$.subscribe(({ step, detail }) => log(`modem: ${step}${detail && `, ${detail}`}`));
  modem.status$
    .pipe(
      map(({ problem }) => problem?.message),
      distinctUntilChanged(),
      filter((message) => message !== undefined),
    )
    .subscribe((message) => log(`modem: ${message}`));
  const signalStrength = modem.signal$.subscribe(); // somebody must listen, or it is not asked and not measured
  try {
    await modem.start({ signal });
    const ended$ = modem.status$.pipe(filter(({ state }) => state === 'faulted'));
    await firstValueFrom(ended$.pipe(takeUntil(fromEvent(signal, 'abort'))), { defaultValue: undefined });
  } catch (error) {
    if (!signal.aborted) log(`modem: cannot start: ${messageOf(error)}`);
  } finally {
    signalStrength.unsubscribe();
  }
}
