import { fromPromise } from 'xstate';
import type { Command, Learnt } from '../../adapters/dialects/dialect.ts';
import type { ErrorCode } from '../../errors.ts';

/** How a command ended, with its answer understood. */
export type CommandOutcome<T> =
  | {
      readonly kind: 'ok';
      readonly value: T;
      readonly result: string;
      /** What the refusal of a step in front of it told. */
      readonly learnt?: Learnt;
    }
  /** The module said no: `result` is the line, `moduleError` the number behind it when it is known. */
  | { readonly kind: 'refused'; readonly result: string; readonly moduleError?: number }
  /** No final result in time. `isSynchronised` tells whether the channel is clean again. */
  | { readonly kind: 'timedOut'; readonly isSynchronised: boolean }
  | { readonly kind: 'aborted'; readonly code: ErrorCode };

/** Puts a command on the queue and resolves with its outcome; never rejects. */
export type CommandRunner = <T>(command: Command<T>, signal: AbortSignal) => Promise<CommandOutcome<T>>;

/** What a command comes to that the dialect does not have. */
const NO_SUCH_COMMAND = { kind: 'refused', result: 'no such command in this dialect' } as const;

/** An actor source that runs the command which `make` builds from the machine's context. */
export function asking<Context extends { readonly run: CommandRunner }, T>(
  make: (context: Context) => Command<T> | undefined,
) {
  return fromPromise<CommandOutcome<T>, Context>(async ({ input, signal }) => {
    const command = make(input);
    return command === undefined ? NO_SUCH_COMMAND : input.run(command, signal);
  });
}
