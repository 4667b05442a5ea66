/** Notices that the module has said nothing for a while. Each byte puts it off. */
import type { Observable } from 'rxjs';
import type { Clock, TimerHandle } from '../../streams/clock.ts';

/** What is watched, and who is told. */
export interface SilenceWatchOptions {
  readonly bytes$: Observable<unknown>;
  readonly clock: Clock;
  /** Milliseconds without a byte; 0 watches nothing. */
  readonly silenceMs: number;
  /** Called once. */
  readonly onSilent: () => void;
}

/** Watches from now on, until what it returns is called. */
export function watchSilence({ bytes$, clock, silenceMs, onSilent }: SilenceWatchOptions): () => void {
  if (silenceMs === 0) return () => {};
  let timer: TimerHandle;
  const wait = (): void => {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(onSilent, silenceMs);
  };
  wait();
  const listening = bytes$.subscribe(wait);
  return () => {
    listening.unsubscribe();
    clock.clearTimeout(timer);
  };
}
