/** Commands whose results are URCs that carry no id: one run of a kind at a time.
 *
 *    call ──▶ its turn ──▶ context active ──▶ command ──OK──▶ URCs ──▶ complete · quiet · limit ──▶ next one's turn
 *
 * A caller who gives up is let go at once; the turn lasts until the module is through, so that what it still reports is
 * not taken for the next run's.
 */
import type { Observable } from 'rxjs';
import { type ErrorCode, ModemError } from '../../errors.ts';
import type { Clock } from '../../streams/clock.ts';
import type { AtChannel } from '../channel/at-channel.ts';
import { eitherSignal } from '../channel/either-signal.ts';
import type { Command } from '../dialects/dialect.ts';
import { contextActive, isContextActive } from './context-wait.ts';
import { notBegun } from './network-errors.ts';
import type { ModemStatus } from './status.ts';
import { Turns } from './turns.ts';
import { UrcResults, type UrcRun } from './urc-results.ts';

/** What the runs are done with. */
export interface UrcRunnerParts {
  readonly clock: Clock;
  readonly channel: Pick<AtChannel, 'execute' | 'urcs$'>;
  /** Replays its latest value. */
  readonly status$: Observable<ModemStatus>;
  /** Wait for the context. */
  readonly contextLimitMs: number;
  /** Most runs of a kind that may wait for their turn. */
  readonly queueLimit: number;
}

/** A run whose command is on the wire. */
interface WireRun {
  readonly doing: string;
  readonly command: Command;
  readonly end: AbortController;
}

export class UrcRunner {
  readonly #parts: UrcRunnerParts;
  readonly #turns = new Map<UrcRun<unknown>['kind'], Turns>();
  readonly #onWire = new Set<WireRun>();
  /** Kinds of which the last run ended before the module was through: what comes before the next OK is its. */
  readonly #owed = new Set<UrcRun<unknown>['kind']>();

  constructor(parts: UrcRunnerParts) {
    this.#parts = parts;
  }

  /** Resolves with the result of the run; rejects with a coded error.
   *
   * A run that is `given` up before its command is written does nothing; later it goes on to its end.
   */
  async run<T>(run: UrcRun<T>, given: AbortSignal): Promise<T> {
    const turns = this.#turns.get(run.kind) ?? new Turns(this.#parts.queueLimit);
    this.#turns.set(run.kind, turns);
    await turns.take(run.doing, given);
    try {
      const { clock, status$, contextLimitMs: limitMs } = this.#parts;
      const { contextId, doing } = run;
      const code = 'CONTEXT_FAILED';
      await contextActive({ clock, status$, contextId, limitMs, doing, code, signal: given });
      given.throwIfAborted();
      return await this.#write(run, given);
    } finally {
      turns.pass();
    }
  }

  /** The wire was voided: ends what is on it. Runs that wait for their turn or their context go on waiting. */
  void(code: ErrorCode): void {
    for (const { doing, command, end } of this.#onWire) {
      end.abort(notBegun(doing, command, { kind: 'aborted', code }));
    }
  }

  async #write<T>(run: UrcRun<T>, given: AbortSignal): Promise<T> {
    const { kind, doing, contextId, reader } = run;
    const { channel, status$ } = this.#parts;
    const wireRun: WireRun = { doing, command: run.command, end: new AbortController() };
    const ended = wireRun.end.signal;
    const results = new UrcResults(run, this.#parts, ended, this.#owed.has(kind));
    this.#onWire.add(wireRun);
    const statuses = status$.subscribe((status) => {
      if (isContextActive(status, contextId)) return;
      const message = `${doing}: the network dropped context ${contextId}`;
      wireRun.end.abort(new ModemError('CONTEXT_LOST', message, { contextId }));
    });
    const [either, release] = eitherSignal(given, ended);
    try {
      // Read in the tick of the OK: what comes from then on is the result of this command.
      const command = { ...run.command, parse: () => results.begin() };
      const outcome = await channel.execute(command, { signal: either, owner: 'tools', priority: 'traffic' });
      if (outcome.kind !== 'ok') throw ended.reason ?? notBegun(doing, run.command, outcome);
      return await results.outcome;
    } finally {
      release();
      results.close();
      statuses.unsubscribe();
      this.#onWire.delete(wireRun);
      if (reader.isComplete()) this.#owed.delete(kind);
      else if (results.hasBegun) this.#owed.add(kind);
    }
  }
}
