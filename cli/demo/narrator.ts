import type { Writable } from 'node:stream';
import type { Modem } from '../../adapters/modem/modem.ts';
import { isModemError } from '../../errors.ts';
import type { Clock } from '../../streams/clock.ts';
import type { Tally } from './agent.ts';

interface Recovery {
  readonly name: string;
  readonly startedAtMs: number;
  readonly fromReading: number;
  tookMs?: number;
}

const PROGRESS_EVERY = 20;

/** Tells what happens in the demonstration, line by line, in the time of the module. */
export class Narrator {
  readonly #clock: Clock;
  readonly #out: Writable;
  readonly #startMs: number;
  readonly #recoveries: Recovery[] = [];

  constructor(modem: Modem, clock: Clock, out: Writable) {
    this.#clock = clock;
    this.#out = out;
    this.#startMs = clock.now();
    modem.recoveries$.subscribe(({ step, detail }) => this.#line(`  ${step}${detail && `: ${detail}`}`));
  }

  opening(timeScale: number, readings: number): void {
    this.#out.write(
      `A telemetry agent sends ${readings} readings through a virtual module while everything goes wrong.\n` +
        `Time runs ${timeScale} times as fast as on the wall, so the limits are those of the manual.\n\n`,
    );
  }

  reading(number: number, tally: Tally): void {
    if (number % PROGRESS_EVERY !== 0) return;
    this.#line(
      `readings ${tally.sent} sent, ${tally.echoed} echoed, ${tally.sent - tally.echoed} on their way`,
    );
  }

  /** A fault strikes; it counts as recovered when a reading made after it comes back. */
  storm(name: string, reading: number): void {
    this.#recoveries.push({ name, startedAtMs: this.#clock.now(), fromReading: reading });
    this.#line(`FAULT ${name}`);
  }

  loss(error: Error | undefined): void {
    const code = isModemError(error) ? error.code : (error?.message ?? 'closed by the peer');
    const known = isModemError(error) ? error.details.bytesAcknowledged : undefined;
    this.#line(`  connection lost: ${code}${known === undefined ? '' : `, ${known} bytes acknowledged`}`);
  }

  echo(reading: number): void {
    for (const recovery of this.#recoveries) {
      if (recovery.tookMs !== undefined || reading <= recovery.fromReading) continue;
      recovery.tookMs = this.#clock.now() - recovery.startedAtMs;
      this.#line(`RECOVERED from ${recovery.name} after ${seconds(recovery.tookMs)}`);
    }
  }

  /** Prints the end of the story; true when every reading came through and every fault was overcome. */
  summary({ sent, echoed, duplicated, repeated }: Tally, faults: number): boolean {
    const lost = sent - echoed;
    this.#out.write('\nrecoveries:\n');
    for (const { name, tookMs } of this.#recoveries) {
      this.#out.write(`  ${name.padEnd(26)}${tookMs === undefined ? 'not recovered' : seconds(tookMs)}\n`);
    }
    if (repeated > 0) this.#out.write(`${repeated} readings were sent again on a new connection\n`);
    this.#out.write(`readings ${sent} sent, ${echoed} echoed, ${lost} lost, ${duplicated} duplicated\n`);
    const recovered = this.#recoveries.filter(({ tookMs }) => tookMs !== undefined).length;
    return lost === 0 && duplicated === 0 && recovered === faults;
  }

  #line(text: string): void {
    const elapsed = ((this.#clock.now() - this.#startMs) / 1000).toFixed(1);
    this.#out.write(`${elapsed.padStart(7)} s  ${text}\n`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
