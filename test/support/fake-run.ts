/** A module's answers by script: what a machine asks for is noted, how it ends is decided by the test. */
import type { Command, Learnt } from '../../adapters/dialects/dialect.ts';
import type { CommandOutcome, CommandRunner } from '../../machines/support/command-runner.ts';

export type Reply =
  | {
      readonly kind: 'ok';
      readonly value?: unknown;
      readonly result?: string;
      readonly learnt?: Learnt;
    }
  | Exclude<CommandOutcome<unknown>, { kind: 'ok' }>
  /** No answer: the command waits until it is aborted. */
  | 'silence'
  | 'throw'
  /** An answer that comes when the test says so. */
  | Promise<CommandOutcome<unknown>>;

export const ok = (value?: unknown): Reply => ({ kind: 'ok', value });
export const refused = (moduleError?: number): Reply => ({
  kind: 'refused',
  result: 'ERROR',
  ...(moduleError !== undefined && { moduleError }),
});

export interface FakeRun {
  readonly run: CommandRunner;
  /** Commands since the last `take()`. */
  readonly log: string[];
  readonly take: () => string[];
  /** Commands whose signal was aborted. */
  readonly aborted: string[];
}

/** @param reply decides for each command line; called when the command would be on the wire. */
export function fakeRun(reply: (text: string) => Reply): FakeRun {
  const log: string[] = [];
  const aborted: string[] = [];
  const run = <T>(command: Command<T>, signal: AbortSignal): Promise<CommandOutcome<T>> => {
    log.push(command.text);
    signal.addEventListener('abort', () => aborted.push(command.text));
    const answer = reply(command.text);
    if (answer === 'silence') return new Promise(() => undefined);
    if (answer === 'throw') return Promise.reject(new Error('defect'));
    if (answer instanceof Promise) return answer as Promise<CommandOutcome<T>>;
    if (answer.kind === 'ok') {
      const { value, result = 'OK', learnt } = answer;
      return Promise.resolve({ kind: 'ok', value: value as T, result, ...(learnt && { learnt }) });
    }
    return Promise.resolve(answer);
  };
  return { run, log, aborted, take: () => log.splice(0) };
}

/** Answers from lists, one after the other; the last one of a list stays. Unlisted commands fail the test. */
export function scripted(
  script: Readonly<Record<string, Reply | readonly Reply[]>>,
): (text: string) => Reply {
  const turns = new Map<string, number>();
  return (text) => {
    const replies = script[text];
    if (replies === undefined) throw new Error(`the script has no answer to ${text}`);
    if (!Array.isArray(replies)) return replies as Reply;
    const turn = turns.get(text) ?? 0;
    turns.set(text, turn + 1);
    return replies[Math.min(turn, replies.length - 1)] as Reply;
  };
}
