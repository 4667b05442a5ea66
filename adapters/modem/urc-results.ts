/** Collects the URCs that are the result of one command. */
import type { Observable } from 'rxjs';
import { ModemError } from '../../errors.ts';
import type { Clock, TimerHandle } from '../../streams/clock.ts';
import type { Urc } from '../../streams/urcs.ts';
import { shownCommand } from '../channel/redaction.ts';
import type { Command } from '../dialects/dialect.ts';

/** Makes a result of the URCs of one run. */
export interface UrcReader<T> {
  /** Takes a URC of the run; false for any other. */
  readonly take: (urc: Urc) => boolean;
  /** Tells whether no more can come. */
  readonly isComplete: () => boolean;
  /** What came so far as a result, `undefined` while it is none. Throws the error that the module reported. */
  readonly result: () => T | undefined;
  /** Silence behind a URC after which no more is expected. */
  readonly quietMs: number;
}

/** One run. */
export interface UrcRun<T> {
  /** Runs of one kind cannot be told apart by their URCs. */
  readonly kind: 'ping' | 'resolve' | 'time';
  /** For errors: `ping of example.org`. */
  readonly doing: string;
  readonly contextId: number;
  readonly command: Command<void>;
  /** From the OK to the last URC. */
  readonly limitMs: number;
  readonly reader: UrcReader<T>;
}

interface UrcSource {
  readonly clock: Clock;
  readonly channel: { readonly urcs$: Observable<Urc> };
}

/** Waits for the URCs of one run. */
export class UrcResults<T> {
  readonly outcome: Promise<T>;
  hasBegun = false;
  readonly #run: UrcRun<T>;
  readonly #clock: Clock;
  readonly #close: () => void;
  #settle: { resolve: (value: T) => void; reject: (error: unknown) => void } | undefined;
  #quiet: TimerHandle;
  #limit: TimerHandle;

  /** Listens from now on; `ignoresEarly` what comes before the OK. */
  constructor(run: UrcRun<T>, { clock, channel }: UrcSource, end: AbortSignal, ignoresEarly: boolean) {
    this.#run = run;
    this.#clock = clock;
    this.outcome = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.outcome.catch(() => undefined);
    const abort = (): void => this.#settle?.reject(end.reason);
    end.addEventListener('abort', abort, { once: true });
    const urcs = channel.urcs$.subscribe((urc) => {
      if (this.hasBegun || !ignoresEarly) this.#take(urc);
    });
    this.#close = () => {
      urcs.unsubscribe();
      end.removeEventListener('abort', abort);
    };
  }

  /** The module said OK. */
  begin(): true {
    this.hasBegun = true;
    this.#clock.clearTimeout(this.#limit); // a late OK may have looked like ours
    this.#limit = this.#clock.setTimeout(() => this.#giveUp(), this.#run.limitMs);
    return true;
  }

  close(): void {
    this.#close();
    this.#clock.clearTimeout(this.#quiet);
    this.#clock.clearTimeout(this.#limit);
  }

  #take(urc: Urc): void {
    const { reader } = this.#run;
    if (!reader.take(urc)) return;
    this.#clock.clearTimeout(this.#quiet);
    if (reader.isComplete()) this.#conclude();
    else this.#quiet = this.#clock.setTimeout(() => this.#conclude(), reader.quietMs);
  }

  /** Settles if what came so far is a result. */
  #conclude(): void {
    try {
      const value = this.#run.reader.result();
      if (value !== undefined) this.#settle?.resolve(value);
    } catch (error) {
      this.#settle?.reject(error);
    }
  }

  #giveUp(): void {
    this.#conclude();
    const { doing, command, limitMs } = this.#run;
    const shown = shownCommand(command);
    const message = `${doing}: ${shown} was accepted, but its result did not come within ${limitMs} ms; try again`;
    this.#settle?.reject(
      new ModemError('COMMAND_TIMED_OUT', message, { command: shown, timeoutMs: limitMs }),
    );
  }
}
