/** The trace of one modem.
 *
 *    wire ───────────┐
 *    recovery steps ─┼──▶ entries$   looked at only while somebody is subscribed: `trace$`
 *    statecharts ────┘
 * What costs next to nothing to tell, the wire and the steps, goes to `recentTrace` as well, always.
 */
import { endWith, ignoreElements, map, merge, type Observable, takeUntil } from 'rxjs';
import type { AnyActorRef } from 'xstate';
import type { RecoveryStep } from '../../machines/modem.machine.ts';
import type { Secrets } from '../channel/secrets.ts';
import type { WireTrace } from '../channel/wire-trace.ts';
import { redactorOf } from '../inspect/redacted.ts';
import { chartEntries } from './chart-entries.ts';
import type { RecoveryEntry, TraceEntry } from './trace-entry.ts';

export interface ModemTraceOptions {
  readonly wire: Pick<WireTrace, 'entries$' | 'now'>;
  readonly recoveries$: Observable<RecoveryStep>;
  /** The modem's own statechart. */
  readonly root: AnyActorRef;
  readonly secrets: Secrets;
  /** Its end is the end of the trace. */
  readonly life$: Observable<unknown>;
}

export class ModemTrace {
  /** The steps of the recovery. */
  readonly steps$: Observable<RecoveryEntry>;
  /** Everything. */
  readonly entries$: Observable<TraceEntry>;

  constructor({ wire, recoveries$, root, secrets, life$ }: ModemTraceOptions) {
    const steps$ = recoveries$.pipe(
      map(({ step, detail }): RecoveryEntry => {
        const shown = secrets.shown(detail);
        const text = shown === '' ? step : `${step}: ${shown}`;
        return { atMs: wire.now(), kind: 'recovery', text, step, detail: shown };
      }),
    );
    const charts$ = chartEntries({ root, clock: wire, redacted: redactorOf(secrets) });
    const over$ = life$.pipe(ignoreElements(), endWith(undefined));
    this.steps$ = steps$.pipe(takeUntil(over$));
    this.entries$ = merge(wire.entries$, steps$, charts$).pipe(takeUntil(over$));
  }
}
