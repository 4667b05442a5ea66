import { filter, firstValueFrom, type Observable, tap } from 'rxjs';
import { type ErrorCode, ModemError } from '../../errors.ts';
import { type Clock, delay } from '../../streams/clock.ts';
import { eitherSignal } from '../channel/either-signal.ts';
import type { ModemStatus } from './status.ts';

/** Who waits for a context, and for how long. */
export interface ContextWait {
  readonly clock: Clock;
  /** Replays its latest value. */
  readonly status$: Observable<ModemStatus>;
  readonly contextId: number;
  readonly limitMs: number;
  /** What needs the context, for the error: `connection to host:80`. */
  readonly doing: string;
  /** Code of the error at the limit. */
  readonly code: ErrorCode;
  readonly signal: AbortSignal;
}

/** Tells whether the context is active. */
export const isContextActive = ({ contexts }: ModemStatus, contextId: number): boolean =>
  contexts.some(({ id }) => id === contextId);

/** Resolves when the context is active, or when the modem has ended, which the caller finds out by itself.
 *
 * Rejects with `code` at the limit, and with the reason of the signal when that is aborted.
 */
export function contextActive(wait: ContextWait): Promise<void> {
  return statusThat((status) => isContextActive(status, wait.contextId), 'was not active', wait);
}

/** As `contextActive`: resolves when no connection uses the context any more. */
export function contextUnused(wait: ContextWait, isUsed: (contextId: number) => boolean): Promise<void> {
  return statusThat(() => !isUsed(wait.contextId), 'was in use by closing connections', wait);
}

async function statusThat(
  isSo: (status: ModemStatus) => boolean,
  otherwise: string,
  { clock, status$, contextId, limitMs, doing, code, signal }: ContextWait,
): Promise<void> {
  let state = 'not started';
  const reached = firstValueFrom(
    status$.pipe(
      tap((status) => {
        state = status.state;
      }),
      filter(isSo),
    ),
    { defaultValue: undefined },
  );
  const enough = new AbortController();
  const [either, release] = eitherSignal(signal, enough.signal);
  const late = delay(clock, limitMs, either).then(() => {
    const message = `${doing}: context ${contextId} ${otherwise} within ${limitMs} ms; the modem is ${state}`;
    throw new ModemError(code, message, { contextId, timeoutMs: limitMs });
  });
  try {
    await Promise.race([reached, late]);
  } finally {
    late.catch(() => undefined);
    enough.abort();
    release();
  }
}
