/** `urchestra model`: an agent's life on a bad network, in virtual time. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inThreads } from '../modelling/fleet.ts';
import type { LifeOptions, LifeReport } from '../modelling/life.ts';
import { model, modelJson } from '../modelling/model.ts';
import { modelText } from '../modelling/model-text.ts';
import { type PolicyOptions, presetPolicy } from '../modelling/policy.ts';
import {
  durationMs,
  ProfileError,
  parseProfile,
  SCENARIO_PROFILES,
  type ScenarioProfile,
  scenarioProfile,
} from '../simulator/index.ts';
import { EXIT, type Io, usageError } from './io.ts';
import { needWritable, written } from './model-files.ts';
import { reportMaker } from './model-report.ts';
import { virtualDialect } from './modem-options.ts';

/** As commander hands them over. */
export interface ModelCommandOptions {
  readonly dialect: string;
  readonly days?: string;
  readonly faults?: string;
  readonly policy?: readonly string[];
  readonly agents?: string;
  readonly seed?: string;
  readonly every?: string;
  readonly size?: string;
  readonly throughout?: boolean;
  readonly json?: string;
  readonly out?: string;
}

async function fileOf(option: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${option} ${path} cannot be read: ${error.code ?? error.message}`);
  });
}

async function profileOf(name: string): Promise<ScenarioProfile> {
  const known = scenarioProfile(name);
  if (known) return known;
  if (!/[./]/.test(name)) {
    const names = SCENARIO_PROFILES.map((profile) => profile.name).join(', ');
    throw usageError(`--faults must be a file, or one of ${names}, got ${name}`);
  }
  try {
    return parseProfile(await fileOf('--faults', name));
  } catch (error) {
    if (error instanceof ProfileError) throw usageError(`--faults ${name}: ${error.message}`);
    throw error;
  }
}

async function policyOf(name: string): Promise<PolicyOptions> {
  const preset = presetPolicy(name);
  if (preset) return preset;
  const text = await fileOf('--policy', name);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw usageError(
      `--policy ${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw usageError(`--policy ${name} must be a JSON object: { "recovery": …, "mode": … }`);
  return { name: name.replace(/^.*\//, '').replace(/\.json$/, ''), ...(parsed as PolicyOptions) };
}

function numberOf(option: string, text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw usageError(`${option} must be a number, got ${text}`);
}

function everyOf(text: string | undefined): number {
  if (text === undefined) return 60_000;
  const everyMs = durationMs(text);
  if (everyMs > 0) return everyMs;
  throw usageError(`--every must be a time such as 60s or 5m, got ${text}`);
}

/** Models, prints the figures, and writes them where they are wanted. */
export async function modelCommand(options: ModelCommandOptions, io: Io): Promise<number> {
  const files = [options.json, options.out].filter((path) => path !== undefined);
  await Promise.all(files.map(needWritable));
  if (new Set(files.map((path) => resolve(path))).size < files.length)
    throw usageError('--json and --out must not be the same file');
  const report = options.out === undefined ? undefined : await reportMaker();
  const made = await model({
    dialect: virtualDialect(options.dialect),
    faults: await profileOf(options.faults ?? 'good-urban'),
    days: numberOf('--days', options.days, 30),
    policies: await Promise.all((options.policy ?? ['standard']).map(policyOf)),
    agents: numberOf('--agents', options.agents, 1),
    seed: numberOf('--seed', options.seed, 1),
    load: { everyMs: everyOf(options.every), sizeBytes: numberOf('--size', options.size, 200) },
    isLivedThroughout: options.throughout ?? false,
    liveAll: (lives) => liveAll(lives, io),
  });
  if (io.signal.aborted) return EXIT.interrupted;
  io.stdout.write(modelText(made));
  if (options.json !== undefined) await written(options.json, modelJson(made));
  if (options.out !== undefined && report) await written(options.out, report(made));
  return made.results.some(({ figures }) => figures.readings.lost > 0 || figures.violations.length > 0)
    ? EXIT.failed
    : EXIT.ok;
}

function liveAll(lives: readonly LifeOptions[], io: Io): Promise<readonly LifeReport[]> {
  return inThreads(new URL('../modelling/thread.js', import.meta.url), lives, io.signal);
}
