/** What the channel is made with, what a command may ask of it, and what it notices by itself. */
import type { Priority } from '../../machines/command-queue.ts';
import type { Clock } from '../../streams/clock.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Port } from '../port.ts';
import type { DataEvent, DataTiming } from './data-port.ts';
import type { RecentTrace } from './recent-trace.ts';
import type { ProbeTiming } from './resynchronise.ts';
import type { Secrets } from './secrets.ts';

interface ChannelTiming {
  /** How long a late final result is waited for after a timeout. */
  readonly drainMs: number;
  /** Silence after which a payload shorter than announced is given up. */
  readonly payloadQuietMs: number;
  readonly probe: ProbeTiming;
  readonly data: DataTiming;
  /** Escapes from data mode before it is given up; 5 when left out. */
  readonly escapeTries?: number;
  /** Silence after which the module may sleep and lose the first line: it is woken by AT then. 0 when it never does. */
  readonly wakeAfterMs?: number;
  /** Replaces the time limit of every command when set (tests of hung modules). */
  readonly commandTimeoutMs?: number;
}

export interface ChannelOptions {
  readonly port: Port;
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly timing: ChannelTiming;
  readonly queueLimit: number;
  /** What no trace and no error may show. */
  readonly secrets?: Secrets;
  /** Keeps the last lines on the wire. */
  readonly recent?: RecentTrace;
  /** DTR lets the module sleep and wakes it (gsm §9). */
  readonly sleepsByDtr?: boolean;
}

export interface ExecuteOptions {
  readonly priority?: Priority;
  /** Who asks: turns are shared out between owners. */
  readonly owner?: string;
  /** Bytes to write after the prompt. */
  readonly payload?: readonly Uint8Array[];
  readonly signal?: AbortSignal;
}

/** What the channel notices by itself. */
export type ChannelNotice =
  | { readonly type: 'silent'; readonly command: string }
  /** The echo, switched off before, is back: the module restarted without a word (protocol.md D13). */
  | { readonly type: 'echo returned' }
  /** The port is in data mode: commands wait. */
  | { readonly type: 'work.waiting'; readonly isUrgent: boolean }
  | DataEvent;
