/** What happens in one case, as plain data: it can be printed, shortened, and played again. */
import type { Fault, VirtualDialect } from '../../simulator/index.ts';

export type Mode = 'buffer' | 'push' | 'transparent';

/** What the application does with a connection after it has written. */
export type Next = 'acknowledge' | 'end' | 'peerEnd' | 'peerReset' | 'destroy' | 'pause' | 'switch';

/** The moment at which the process of the host dies: the nth write to the port or the store, the nth reset. */
export type Moment = 'write' | 'store' | 'reset';

export type ChaosAction =
  | { readonly do: 'fault'; readonly fault: Fault }
  /** The process is killed; another one starts `downMs` later. With `hangUp` the driver drops DTR. */
  | { readonly do: 'kill'; readonly downMs: number; readonly hangUp?: boolean }
  /** As `kill`, in the middle of something: `cut` bytes of the write still get out. */
  | {
      readonly do: 'killOn';
      readonly moment: Moment;
      readonly nth: number;
      readonly cut?: number;
      readonly downMs: number;
    }
  /** The process stops politely, and starts again. */
  | { readonly do: 'restart'; readonly downMs: number; readonly deactivate?: boolean }
  /** Connection `flow` carries so many bytes up and down; it is opened first if it does not stand. */
  | {
      readonly do: 'talk';
      readonly flow: number;
      readonly mode: Mode;
      readonly up: number;
      readonly down: number;
      readonly next?: Next;
      readonly to?: Mode;
    }
  /** A client of the module's listener `server`, which is opened first if it is not there. */
  | {
      readonly do: 'serve';
      readonly server: number;
      readonly mode: Mode;
      readonly up: number;
      readonly down: number;
      readonly next?: Next;
    }
  /** So many datagrams each way. */
  | {
      readonly do: 'datagrams';
      readonly flow: number;
      readonly bound: boolean;
      readonly mode: Mode;
      readonly count: number;
      readonly bytes: number;
    }
  | {
      readonly do: 'execute';
      readonly command: string;
      readonly timeoutMs?: number;
      readonly urgent?: boolean;
    };

export type ChaosEvent = { readonly at: number } & ChaosAction;

/** How a module is reset: by command, by a switch that works, by one that does nothing for a while. */
export type Power =
  | { readonly kind: 'at' }
  | { readonly kind: 'hard'; readonly tookMs: number }
  | { readonly kind: 'useless'; readonly worksFromMs: number };

/** Numbers of the reboot ladder, as in protocol.md §7.2. */
export interface Ladder {
  readonly freeReboots: number;
  readonly ladderMs: readonly number[];
  readonly longestWaitMs: number;
  readonly healthStretchMs: number;
}

export const STANDARD_LADDER: Ladder = {
  freeReboots: 3,
  ladderMs: [0, 600_000, 1_800_000, 3_600_000],
  longestWaitMs: 86_400_000,
  healthStretchMs: 3_600_000,
};

/** `quiet`: one fault, then the time to service is measured. `day`: a module that hangs for good. */
export type CaseKind = 'quiet' | 'mixed' | 'ladder' | 'day';

export interface Schedule {
  readonly kind: CaseKind;
  readonly dialect: VirtualDialect;
  /** Of everything that is left to chance while it runs: noise, the store, moments of a death. */
  readonly seed: number;
  readonly power: Power;
  /** Left out: the standard one. */
  readonly ladder?: Ladder;
  readonly pin?: 'right' | 'wrong';
  readonly baud?: number;
  readonly lines: boolean;
  readonly latencyMs: number;
  /** Longest time in which the store makes something durable. */
  readonly storeMs: number;
  readonly contexts: number;
  /** gsm: one connection at a time. */
  readonly single?: boolean;
  /** Nothing strikes after this. */
  readonly durationMs: number;
  readonly events: readonly ChaosEvent[];
}
