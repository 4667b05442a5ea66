/** Carries what happens in a modem to the instruments, from `start()` to `stop()`.
 *
 *    channel ──exchanged$, discarded$, urcs$──┐
 *    sockets ──traffic$───────────────────────┼──▶ counters, histograms
 *    modem   ──recoveries$────────────────────┘
 *            ──status$──────────────────────▶ state
 *    collection ──▶ look() ──▶ observable gauges
 */
import type { Attributes, BatchObservableCallback, BatchObservableResult, Meter } from '@opentelemetry/api';
import { type Observable, Subscription } from 'rxjs';
import type { RecoveryStep } from '../../machines/modem.machine.ts';
import type { Clock } from '../../streams/clock.ts';
import type { Urc } from '../../streams/urcs.ts';
import type { Exchanged } from '../channel/exchanged.ts';
import type { SocketState } from '../dialects/dialect.ts';
import { MODEM_STATES, type ModemState, type ModemStatus } from '../modem/status.ts';
import type { Traffic } from '../net/traffic.ts';
import { headOf } from './command-heads.ts';
import { type Instruments, makeInstruments } from './make-instruments.ts';
import { isMeasuring } from './meter.ts';
import type { ModemLook } from './modem-look.ts';
import { Radio } from './radio.ts';
import { Recoveries } from './recoveries.ts';

/** What there is to measure. */
export interface Measured {
  readonly port: string;
  readonly dialect: string;
  readonly clock: Clock;
  readonly exchanged$: Observable<Exchanged>;
  readonly discarded$: Observable<string>;
  readonly urcs$: Observable<Urc>;
  readonly status$: Observable<ModemStatus>;
  readonly recoveries$: Observable<RecoveryStep>;
  readonly traffic$: Observable<Traffic>;
  readonly queueLength: () => number;
  readonly look: () => ModemLook;
}

const SOCKET_STATES: readonly SocketState[] = ['initial', 'opening', 'connected', 'listening', 'closing'];

/** Measures until the subscription ends; without an SDK nothing is observed at all. */
export function observeModem(meter: Meter, measured: Measured): Subscription {
  if (!isMeasuring(meter)) return Subscription.EMPTY;
  const instruments = makeInstruments(meter);
  const common = { 'urchestra.port': measured.port, 'urchestra.dialect': measured.dialect };
  const recorder = new Recorder(instruments, common, measured);
  const subscription = new Subscription();
  subscription.add(measured.exchanged$.subscribe((exchanged) => recorder.exchanged(exchanged)));
  subscription.add(measured.discarded$.subscribe(() => recorder.discarded()));
  subscription.add(measured.urcs$.subscribe((urc) => recorder.urc(urc)));
  subscription.add(measured.recoveries$.subscribe(({ step }) => recorder.step(step)));
  subscription.add(measured.traffic$.subscribe((traffic) => recorder.moved(traffic)));
  subscription.add(measured.status$.subscribe(({ state }) => recorder.state(state)));
  const observables = Object.values(instruments.observables);
  const collect: BatchObservableCallback = (result) => recorder.collect(result);
  meter.addBatchObservableCallback(collect, observables);
  subscription.add(() => meter.removeBatchObservableCallback(collect, observables));
  return subscription;
}

class Recorder {
  readonly #instruments: Instruments;
  readonly #common: Attributes;
  readonly #measured: Measured;
  readonly #recoveries = new Recoveries();
  readonly #radio = new Radio();

  constructor(instruments: Instruments, common: Attributes, measured: Measured) {
    this.#instruments = instruments;
    this.#common = common;
    this.#measured = measured;
  }

  exchanged(exchanged: Exchanged): void {
    const { command, outcome, waitedMs, durationMs } = exchanged;
    const { counters, histograms } = this.#instruments;
    const named = this.#with({ 'urchestra.command': headOf(command.text) });
    const ended = { ...named, 'urchestra.outcome': outcome.kind };
    counters.commands.add(1, ended);
    histograms.commandDuration.record(durationMs / 1000, ended);
    if (waitedMs !== undefined) histograms.queueWait.record(waitedMs / 1000, named);
    if (isFailedSend(exchanged)) counters.sendFailures.add(1, this.#common);
    if (outcome.kind === 'timedOut' && outcome.lateResult !== undefined) this.discarded();
    this.#radio.readAnswer(exchanged);
  }

  discarded(): void {
    this.#instruments.counters.staleResults.add(1, this.#common);
  }

  urc(urc: Urc): void {
    this.#instruments.counters.urcs.add(1, this.#with({ 'urchestra.urc': urc.name }));
    this.#radio.readUrc(urc);
  }

  moved({ direction, transport, lengthBytes }: Traffic): void {
    const attributes = { 'network.io.direction': direction, 'network.transport': transport };
    this.#instruments.counters.io.add(lengthBytes, this.#with(attributes));
  }

  step(step: RecoveryStep['step']): void {
    const { counters, histograms } = this.#instruments;
    counters.recoverySteps.add(1, this.#with({ 'urchestra.recovery.step': step }));
    this.#radio.readStep(step);
    const { reboot, ended } = this.#recoveries.take(step, this.#measured.clock.now());
    if (reboot) counters.reboots.add(1, this.#with({ 'urchestra.reboot.kind': reboot }));
    if (ended) {
      const attributes = this.#with({ 'urchestra.recovery.cause': ended.cause });
      histograms.recoveryDuration.record(ended.durationMs / 1000, attributes);
    }
  }

  state(state: ModemState): void {
    for (const one of MODEM_STATES) {
      const value = one === state ? 1 : 0;
      this.#instruments.gauges.modemState.record(value, this.#with({ 'urchestra.state': one }));
    }
  }

  collect(result: BatchObservableResult): void {
    const { observables: gauges } = this.#instruments;
    const { sockets, rebootsInRow, ladderWaitMs } = this.#measured.look();
    const { rssiDbm, registrations } = this.#radio;
    result.observe(gauges.queueLength, this.#measured.queueLength(), this.#common);
    result.observe(gauges.ladderPosition, rebootsInRow, this.#common);
    result.observe(gauges.ladderWait, ladderWaitMs / 1000, this.#common);
    if (rssiDbm !== undefined) result.observe(gauges.rssi, rssiDbm, this.#common);
    for (const one of SOCKET_STATES) {
      const number = sockets.filter((socket) => socket === one).length;
      result.observe(gauges.sockets, number, this.#with({ 'urchestra.socket.state': one }));
    }
    for (const [domain, value] of registrations)
      result.observe(gauges.registration, value, this.#with({ 'urchestra.registration.domain': domain }));
  }

  #with(attributes: Attributes): Attributes {
    return { ...this.#common, ...attributes };
  }
}

/** A send of payload, which a query of the counters (`AT+QISEND=0,0`) is not. */
function isFailedSend({ command, outcome }: Exchanged): boolean {
  const isSend = command.successes?.includes('SEND OK') === true;
  return isSend && (outcome.kind === 'refused' || outcome.kind === 'timedOut');
}
