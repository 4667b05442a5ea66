/** What a file measures in a process of its own, where nothing ran before. It prints its result as JSON. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** @param options of Node. */
export function measuredBy<Result>(file: URL, ...options: readonly string[]): Result {
  const printed = execFileSync(process.execPath, [...options, fileURLToPath(file)], { encoding: 'utf8' });
  return JSON.parse(printed) as Result;
}
