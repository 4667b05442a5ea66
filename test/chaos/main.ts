/** `npm run chaos`: random faults of every kind, by the thousand. See docs/CHAOS.md. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { VIRTUAL_DIALECTS } from '../../simulator/index.ts';
import { type ChaosArguments, readArguments, UsageError } from './arguments.ts';
import { dialectOf, scheduleOf } from './generate.ts';
import { report } from './report.ts';
import { runCase, type Verdict } from './run-case.ts';
import type { Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import type { Delivery, Order } from './worker.ts';

const WORKERS = Math.min(2, availableParallelism());
const PROGRESS_EVERY = 500;
/** A case takes a second; one that spins would take for ever. */
const LONGEST_CASE_MS = 45_000;

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
  let schedule: Partial<Schedule> | null;
  try {
    schedule = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`--schedule: ${error instanceof Error ? error.message : String(error)}`);
  }
  const isDialect = VIRTUAL_DIALECTS.some((name) => name === schedule?.dialect);
  if (!isDialect || !Array.isArray(schedule?.events) || schedule?.power === undefined)
    throw new UsageError(`--schedule: ${path} has no dialect, power and events: it is none that was printed`);
  return schedule as Schedule;
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
  if (first === undefined || !options.shrink || verdict.digest === '') return;
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

const startWorker = (): Worker => new Worker(new URL('./worker.js', import.meta.url));

/** Has one case run; `undefined` when it does not come to its end. */
function deliver(worker: Worker, order: Order): Promise<Delivery | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      clearTimeout(limit);
      worker.removeAllListeners('message').removeAllListeners('error');
      done();
    };
    const limit = setTimeout(() => settle(() => resolve(undefined)), LONGEST_CASE_MS);
    worker.once('message', (delivery: Delivery) => settle(() => resolve(delivery)));
    worker.once('error', (error) => settle(() => reject(error)));
    worker.postMessage(order);
  });
}

function endless(dialect: Verdict['dialect']): Verdict {
  const text = `the case does not come to its end within ${LONGEST_CASE_MS} ms of real time`;
  return {
    ...{ dialect, kind: 'mixed', violations: [{ check: 'end', atMs: 0, text }], virtualMs: 0 },
    ...{ struck: [], recoveries: [], resets: 0, highestRung: 0, digest: '' },
  };
}

/** Hands the cases out to the workers, until all are done or `take` says that it is enough. */
async function spread(
  { seed, cases, dialect }: ChaosArguments,
  take: (delivery: Delivery) => boolean,
): Promise<void> {
  let next = 0;
  let goesOn = true;
  const work = async (): Promise<void> => {
    let worker = startWorker();
    while (goesOn && next < cases) {
      const number = next;
      next += 1;
      const delivery = await deliver(worker, { seed, number, dialect });
      if (delivery === undefined) {
        await worker.terminate();
        worker = startWorker();
      }
      goesOn &&= take(delivery ?? { number, verdict: endless(dialect ?? dialectOf(number)) });
    }
    await worker.terminate();
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
