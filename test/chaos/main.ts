/** `npm run chaos`: random faults of every kind, by the thousand. See docs/CHAOS.md. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type ChaosArguments, readArguments, UsageError } from './arguments.ts';
import { dialectOf, scheduleOf } from './generate.ts';
import { report } from './report.ts';
import { runCase, type Verdict } from './run-case.ts';
import type { Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import type { Delivery, Order } from './worker.ts';

const WORKERS = Math.min(2, availableParallelism());
const PROGRESS_EVERY = 500;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const options = readArguments(process.argv.slice(2));
  if (options.schedule !== undefined) return single(readSchedule(options.schedule), options);
  if (options.case !== undefined) {
    const dialect = options.dialect ?? dialectOf(options.case);
    return single(scheduleOf(options.seed, options.case, dialect), options);
  }
  return many(options);
}

function readSchedule(path: string): Schedule {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Schedule;
  } catch (error) {
    throw new UsageError(`--schedule: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Plays one schedule, and shrinks it when it fails. */
async function single(schedule: Schedule, options: ChaosArguments): Promise<number> {
  const verdict = await runCase(schedule, options.log);
  for (const line of verdict.log ?? []) say(line);
  if (verdict.violations.length === 0) {
    say(report([verdict]));
    return 0;
  }
  await explain(schedule, verdict, options);
  return 1;
}

async function explain(schedule: Schedule, verdict: Verdict, options: ChaosArguments): Promise<void> {
  for (const { check, atMs, text } of verdict.violations) say(`  ${check}, at ${atMs} ms: ${text}`);
  const [first] = verdict.violations;
  if (first === undefined || !options.shrink) return;
  const short = await shrink(schedule, first.check);
  say(
    `  shrunk from ${schedule.events.length} to ${short.events.length} events (--schedule FILE plays it again):`,
  );
  say(JSON.stringify(short));
}

async function many(options: ChaosArguments): Promise<number> {
  const startedAt = process.hrtime.bigint();
  const verdicts: Verdict[] = [];
  const failed: Delivery[] = [];
  await spread(options, (delivery) => {
    verdicts.push(delivery.verdict);
    if (delivery.verdict.violations.length > 0) failed.push(delivery);
    if (verdicts.length % PROGRESS_EVERY === 0) say(`${verdicts.length} cases, ${failed.length} failed`);
    return failed.length < options.failures;
  });
  failed.sort((a, b) => a.number - b.number);
  for (const { number, verdict } of failed) {
    const { dialect } = verdict;
    say(`FAILED: npm run chaos -- --dialect ${dialect} --seed ${options.seed} --case ${number}`);
    await explain(scheduleOf(options.seed, number, dialect), verdict, options);
  }
  say(report(verdicts));
  say(`took ${(Number(process.hrtime.bigint() - startedAt) / 1e9).toFixed(0)} s`);
  return failed.length > 0 ? 1 : 0;
}

/** Hands the cases out to the workers, until all are done or `take` says that it is enough. */
async function spread(
  { seed, cases, dialect }: ChaosArguments,
  take: (delivery: Delivery) => boolean,
): Promise<void> {
  let next = 0;
  let goesOn = true;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.js', import.meta.url));
    try {
      while (goesOn && next < cases) {
        const number = next;
        next += 1;
        const delivery = await new Promise<Delivery>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
          worker.postMessage({ seed, number, dialect } satisfies Order);
        });
        worker.removeAllListeners('message').removeAllListeners('error');
        goesOn &&= take(delivery);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(WORKERS, cases) }, work));
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`chaos: ${error.message}\n`);
  process.exitCode = 2;
}
