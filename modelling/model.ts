/** What a bad network does to agents, before they are sent into the field.
 *
 *    options ──▶ lives (one for each agent and policy, on its own seed) ──▶ figures ──▶ model
 */
import { integer } from '../adapters/dialects/arguments.ts';
import { shownValue } from '../adapters/dialects/shown-value.ts';
import { invalid, readOptions } from '../adapters/plain-options.ts';
import {
  isVirtualDialect,
  parseProfile,
  type ScenarioProfile,
  scenarioProfile,
  VIRTUAL_DIALECTS,
  type VirtualDialect,
} from '../simulator/index.ts';
import { type Comparison, compared } from './comparison.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type LifeOptions, type LifeReport, live } from './life.ts';
import { LEAST_SIZE_BYTES, type Load } from './load.ts';
import { checkedPolicy, type Policy, type PolicyOptions } from './policy.ts';

/** What is modelled. */
export interface ModelOptions {
  /** Generation of the modules. */
  readonly dialect: VirtualDialect;
  /** What goes wrong: the name of a profile, or one of your own. */
  readonly faults: string | ScenarioProfile;
  /** Length of each life in days; 30 when left out. */
  readonly days?: number;
  /** One policy, or two that are compared on the same faults. */
  readonly policies?: readonly PolicyOptions[];
  /** Lives for each policy; 1 when left out. */
  readonly agents?: number;
  /** Seed of the first life, the others follow; 1 when left out. */
  readonly seed?: number;
  /** What the agents have to say; 200 bytes every 60 s when left out. */
  readonly load?: Partial<Load>;
  /** Lives every minute, also those that only repeat what was lived before. The model is the same and takes far longer. */
  readonly isLivedThroughout?: boolean;
  /** Carries lives out, in the order in which they are given; one after the other in this thread when left out. */
  readonly liveAll?: (lives: readonly LifeOptions[]) => Promise<readonly LifeReport[]>;
}

/** The figures of one policy. */
export interface PolicyResult {
  /** The policy, with everything filled in. */
  readonly policy: Policy;
  /** Figures of all its lives together. */
  readonly figures: Figures;
  /** Its lives, by seed. */
  readonly lives: readonly LifeReport[];
}

/** What came of it. */
export interface Model {
  /** Generation of the modules. */
  readonly dialect: VirtualDialect;
  /** Name of the profile. */
  readonly faults: string;
  /** Length of each life. */
  readonly days: number;
  /** Lives for each policy. */
  readonly agents: number;
  /** Seed of the first life. */
  readonly seed: number;
  /** What the agents had to say. */
  readonly load: Load;
  /** One for each policy, in their order. */
  readonly results: readonly PolicyResult[];
  /** With two policies: which is better, and by how much. */
  readonly comparison: Comparison | undefined;
}

const NAMES = [
  'dialect',
  'faults',
  'days',
  'policies',
  'agents',
  'seed',
  'load',
  'isLivedThroughout',
  'liveAll',
] as const;
const DAY_MS = 86_400_000;

/** Models the life of agents. The same options give the same model.
 *
 * @throws INVALID_ARGUMENT
 */
export async function model(options: ModelOptions): Promise<Model> {
  const read = readOptions<ModelOptions>(options, NAMES);
  const { dialect, faults, days = 30, policies = [{}], agents = 1, seed = 1 } = read;
  const { isLivedThroughout = false, liveAll = oneByOne } = read;
  if (typeof dialect !== 'string' || !isVirtualDialect(dialect))
    throw invalid('dialect', `must be one of ${VIRTUAL_DIALECTS.join(', ')}`);
  const profile = profileOf(faults);
  if (!(typeof days === 'number' && days > 0 && days <= 3_650))
    throw invalid('days', `must be a number above 0, up to 3650, got ${shownValue(days)}`);
  if (typeof isLivedThroughout !== 'boolean') throw invalid('isLivedThroughout', 'must be true or false');
  integer('agents', agents, 1, 10_000);
  integer('seed', seed, 0, 2 ** 31);
  if (!Array.isArray(policies)) throw invalid('policies', 'must be a list of one or two policies');
  if (typeof liveAll !== 'function') throw invalid('liveAll', 'must be a function');
  if (policies.length < 1 || policies.length > 2)
    throw invalid('policies', `must be one or two, got ${policies.length}`);
  const load = checkedLoad(read.load);
  const checked = policies.map(checkedPolicy);
  const seeds = Array.from({ length: agents }, (_, at) => seed + at);
  const lives = checked.flatMap((policy) =>
    seeds.map((one) => ({ dialect, days, seed: one, load, policy, profile, isLivedThroughout })),
  );
  const reports = await liveAll(lives);
  if (reports.length !== lives.length)
    throw invalid('liveAll', `must give a report for each of ${lives.length} lives, got ${reports.length}`);
  const results = checked.map((policy, at) => {
    const own = reports.slice(at * agents, (at + 1) * agents);
    return { policy, figures: figuresOf(own, load.sizeBytes), lives: own };
  });
  const [first, second] = results;
  const comparison = first && second ? compared(first, second, load.sizeBytes) : undefined;
  return { dialect, faults: profile.name, days, agents, seed, load, results, comparison };
}

function profileOf(faults: unknown): ScenarioProfile {
  if (typeof faults === 'string') {
    const known = scenarioProfile(faults);
    if (known) return known;
    throw invalid('faults', `must be a profile, or the name of one, got ${shownValue(faults)}`);
  }
  try {
    return parseProfile(faults as ScenarioProfile);
  } catch (error) {
    throw invalid(
      'faults',
      `must be a profile: ${error instanceof Error ? error.message : 'it is none'}`,
      error,
    );
  }
}

function checkedLoad(given: Partial<Load> | undefined): Load {
  const { everyMs = 60_000, sizeBytes = 200 } = readOptions<Load>(
    given as Load | undefined,
    ['everyMs', 'sizeBytes'],
    'load',
  );
  integer('everyMs', everyMs, 100, DAY_MS);
  integer('sizeBytes', sizeBytes, LEAST_SIZE_BYTES, 1_000_000);
  return { everyMs, sizeBytes };
}

async function oneByOne(lives: readonly LifeOptions[]): Promise<readonly LifeReport[]> {
  const reports: LifeReport[] = [];
  for (const life of lives) reports.push(await live(life));
  return reports;
}

/** The figures as JSON: the same model gives the same text. */
export function modelJson({ dialect, faults, days, agents, seed, load, results, comparison }: Model): string {
  const shown = {
    ...{ format: 1, dialect, faults, days, agents, seed, load, comparison },
    results: results.map(({ policy, figures }) => ({ policy, figures })),
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}
