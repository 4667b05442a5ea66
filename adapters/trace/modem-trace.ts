/** The trace of one modem, in two sizes.
 *
 *    wire ───────────┬──▶ plain$     always looked at: `recentTrace`
 *    recovery steps ─┘       │
 *    statecharts ────────────┴──▶ entries$   looked at only while somebody is subscribed: `trace$`
 */
import { endWith, ignoreElements, map, merge, type Observable, takeUntil } from 'rxjs';
import type { AnyActorRef } from 'xstate';
import type { RecoveryStep } from '../../machines/modem.machine.ts';
import type { Clock } from '../../streams/clock.ts';
import type { Secrets } from '../channel/secrets.ts';
import { redactorOf } from '../inspect/redacted.ts';
import { chartEntries } from './chart-entries.ts';
import type { PlainEntry, RecoveryEntry, TraceEntry, WireEntry } from './trace-entry.ts';

export interface ModemTraceOptions {
  readonly wire$: Observable<WireEntry>;
  readonly recoveries$: Observable<RecoveryStep>;
  /** The modem's own statechart. */
  readonly root: AnyActorRef;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** Its end is the end of the trace. */
  readonly life$: Observable<unknown>;
}

export class ModemTrace {
  /** The wire and the steps of the recovery. */
  readonly plain$: Observable<PlainEntry>;
  /** Everything. */
  readonly entries$: Observable<TraceEntry>;

  constructor({ wire$, recoveries$, root, clock, secrets, life$ }: ModemTraceOptions) {
    const steps$ = recoveries$.pipe(
      map(({ step, detail }): RecoveryEntry => {
        const shown = secrets.shown(detail);
        const text = shown === '' ? step : `${step}: ${shown}`;
        return { atMs: clock.now(), kind: 'recovery', text, step, detail: shown };
      }),
    );
    const charts$ = chartEntries({ root, clock, redacted: redactorOf(secrets) });
    const over$ = life$.pipe(ignoreElements(), endWith(undefined));
    this.plain$ = merge(wire$, steps$).pipe(takeUntil(over$));
    this.entries$ = merge(wire$, steps$, charts$).pipe(takeUntil(over$));
  }
}
