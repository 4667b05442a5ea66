import { filter, firstValueFrom, type Observable } from 'rxjs';
import { ModemError } from '../../errors.ts';
import { type Clock, delay } from '../../streams/clock.ts';
import type { ModemStatus } from './status.ts';

export interface ContextWait {
  readonly status$: Observable<ModemStatus>;
  readonly clock: Clock;
  readonly contextId: number;
  readonly limitMs: number;
  /** What needs the context, for the error. */
  readonly doing: string;
  /** Ends the wait without an error: whoever waits has given up. */
  readonly given: Promise<void>;
}

/** Waits until the context is active, `given` resolves, the modem ends, or the limit is reached.
 *
 * @throws OPEN_TIMED_OUT at the limit.
 */
export async function contextActive(wait: ContextWait): Promise<void> {
  const { status$, clock, contextId, limitMs, doing, given } = wait;
  let state = '';
  const isActive = (status: ModemStatus): boolean => {
    state = status.state;
    return status.contexts.some(({ id }) => id === contextId);
  };
  const active = firstValueFrom(status$.pipe(filter(isActive)), { defaultValue: undefined });
  const enough = new AbortController();
  const late = delay(clock, limitMs, enough.signal).then(() => {
    const message = `${doing}: context ${contextId} was not active within ${limitMs} ms; the modem is ${state}`;
    throw new ModemError('OPEN_TIMED_OUT', message, { contextId, timeoutMs: limitMs });
  });
  try {
    await Promise.race([late, given, active]);
  } finally {
    late.catch(() => undefined);
    enough.abort();
  }
}
