/** Connections one after the other, as long as somebody wants them.
 *
 *    subscribe ──▶ wait for the module ──▶ connect ──▶ emit ──▶ … until it ends ──▶ back-off ──▶ wait for the module ──▶ …
 */
import { filter, firstValueFrom, Observable, takeUntil } from 'rxjs';
import { asModemError, type ErrorCode, type ModemError } from '../../errors.ts';
import { type Clock, delay } from '../../streams/clock.ts';
import { integer } from '../dialects/arguments.ts';
import type { ConnectOptions } from '../modem/connect-options.ts';
import type { ModemStatus } from '../modem/status.ts';
import type { ModemSocket } from '../net/modem-socket.ts';
import { invalid, readAnyOptions, readOptions } from '../plain-options.ts';

/** How `connection$` tries again. */
export interface ReconnectOptions {
  /** Wait behind the first failure: 1 s; it doubles with each one in a row. */
  readonly firstMs?: number;
  /** Up to this: 60 s. */
  readonly longestMs?: number;
  /** Part of the wait that chance decides, so that a thousand gateways do not come back in the same second: 0.5 (0 none, 1 all). */
  readonly jitter?: number;
  /** A connection that stood so long begins the waits anew: 30 s. */
  readonly steadyMs?: number;
  /** From 0 to 1, for `jitter`: `Math.random`. */
  readonly random?: () => number;
  /** Told of each failure and of the wait behind it; not of the end of a connection without an error. What it throws ends the stream. */
  readonly onFailure?: (error: ModemError, waitMs: number) => void;
}

/** What to connect to; the subscription is what ends it. */
export type ConnectionOptions = Omit<ConnectOptions, 'signal'>;

/** The modem, as this needs it. */
export interface ConnectionsHost {
  readonly clock: Clock;
  readonly status$: Observable<ModemStatus>;
  readonly check: (options: ConnectionOptions) => void;
  readonly connect: (options: ConnectOptions) => Promise<ModemSocket>;
}

const NAMES = ['firstMs', 'longestMs', 'jitter', 'steadyMs', 'random', 'onFailure'] as const;
const LONGEST_MS = 2 ** 31 - 1;
/** Another try would end the same way. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set(['INVALID_ARGUMENT', 'UNSUPPORTED', 'INVALID_STATE']);

type Policy = Required<Omit<ReconnectOptions, 'onFailure'>> & {
  readonly onFailure: ReconnectOptions['onFailure'] | undefined;
};

/** @throws INVALID_ARGUMENT */
function checkedPolicy(given: ReconnectOptions): Policy {
  const read = readOptions<ReconnectOptions>(given, NAMES, 'reconnect');
  const { firstMs = 1_000, longestMs = 60_000, jitter = 0.5, steadyMs = 30_000 } = read;
  const { random = Math.random, onFailure } = read;
  integer('firstMs', firstMs, 0, LONGEST_MS);
  integer('longestMs', longestMs, 0, LONGEST_MS);
  integer('steadyMs', steadyMs, 0, LONGEST_MS);
  if (!(typeof jitter === 'number' && jitter >= 0 && jitter <= 1))
    throw invalid('jitter', 'must be a number from 0 to 1');
  if (typeof random !== 'function') throw invalid('random', 'must be a function');
  if (onFailure !== undefined && typeof onFailure !== 'function')
    throw invalid('onFailure', 'must be a function');
  return { firstMs, longestMs, jitter, steadyMs, random, onFailure };
}

function waitOf({ firstMs, longestMs, jitter, random }: Policy, failures: number): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(fullMs * (1 - jitter * random()));
}

const ended = (socket: ModemSocket): Promise<Error | undefined> =>
  new Promise((resolve) => {
    let failure: Error | undefined;
    socket.on('error', (error) => {
      failure = error;
    });
    if (socket.closed) resolve(socket.errored ?? undefined);
    else socket.once('close', () => resolve(failure));
  });

/** Emits connected sockets, each one when the one before has ended.
 *
 * @throws INVALID_ARGUMENT
 */
export function connectionsOn(
  { clock, status$, check, connect }: ConnectionsHost,
  options: ConnectionOptions,
  reconnect: ReconnectOptions,
): Observable<ModemSocket> {
  const policy = checkedPolicy(reconnect);
  if ('signal' in readAnyOptions(options, 'options'))
    throw invalid('signal', 'is not known here: unsubscribe');
  check(options);
  return new Observable((subscriber) => {
    const over = new AbortController();
    let current: ModemSocket | undefined;
    let failures = 0;

    /** What the state of the module has to say: nothing is tried while there can be no connection. */
    const online = async (): Promise<boolean> => {
      const { state, error } = await firstValueFrom(
        status$.pipe(
          filter(({ state: now }) => ['online', 'faulted', 'stopped'].includes(now)),
          takeUntil(aborted(over.signal)),
        ),
        { defaultValue: { state: 'stopped', error: undefined } },
      );
      if (state === 'faulted' && error) throw error;
      return state === 'online';
    };

    /** Also the end of the modem ends it: no timer may be left. */
    const pause = async (waitMs: number): Promise<void> => {
      const enough = new AbortController();
      const end = (): void => enough.abort();
      const ending = status$
        .pipe(filter(({ state }) => state === 'stopped' || state === 'faulted'))
        .subscribe({ next: end, complete: end });
      over.signal.addEventListener('abort', end, { once: true });
      await delay(clock, waitMs, enough.signal).catch(() => undefined);
      over.signal.removeEventListener('abort', end);
      ending.unsubscribe();
    };

    const attempt = async (): Promise<void> => {
      try {
        const socket = await connect({ ...options, signal: over.signal });
        current = socket;
        const sinceMs = clock.now();
        const end = ended(socket);
        subscriber.next(socket);
        const error = await end;
        if (clock.now() - sinceMs >= policy.steadyMs) failures = 0;
        if (error) throw error;
        failures += 1;
      } finally {
        current = undefined;
      }
    };

    const run = async (): Promise<void> => {
      while (!over.signal.aborted && (await online())) {
        let failure: ModemError | undefined;
        try {
          await attempt();
        } catch (error) {
          failure = asModemError(error);
          if (HOPELESS.has(failure.code)) throw failure;
          failures += 1;
        }
        if (over.signal.aborted) return;
        const waitMs = waitOf(policy, failures);
        if (failure) policy.onFailure?.(failure, waitMs);
        await pause(waitMs);
      }
    };

    run().then(
      () => subscriber.complete(),
      (error: unknown) => {
        if (!over.signal.aborted) subscriber.error(error);
      },
    );
    return () => {
      current?.destroy(); // in front of the signal, which would make an error of it
      over.abort();
    };
  });
}

/** Emits once, when the signal is aborted. */
function aborted(signal: AbortSignal): Observable<void> {
  return new Observable((subscriber) => {
    const abort = (): void => subscriber.next();
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  });
}
