/** Reads a fault file. Everything that is not understood is an error, so that a misspelt fault cannot stay silent. */
import {
  type Fault,
  type FaultKind,
  type FaultRule,
  type FaultScript,
  FaultScriptError,
  type Trigger,
} from './fault.ts';

/** Checks one value of the file and says in words what is expected, when it does not fit. */
interface Rule {
  readonly expects: string;
  readonly accepts: (value: unknown) => boolean;
}
interface Field extends Rule {
  readonly optional?: boolean;
}
type Shape = Readonly<Record<string, Field>>;

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);
const duration: Rule = {
  expects: 'a number of milliseconds, 0 or more',
  accepts: (value) => typeof value === 'number' && value >= 0,
};
const positive: Rule = {
  expects: 'a number of milliseconds above 0',
  accepts: (value) => typeof value === 'number' && value > 0,
};
const whole = (min: number, max: number): Rule => ({
  expects:
    max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`,
  accepts: (value) => isWhole(value) && value >= min && value <= max,
});
const factor: Rule = {
  expects: 'a number from 1',
  accepts: (value) => typeof value === 'number' && value >= 1,
};
const count = whole(1, Number.MAX_SAFE_INTEGER);
const text: Rule = {
  expects: 'a text that is not empty',
  accepts: (value) => typeof value === 'string' && value !== '',
};
const flag: Rule = { expects: 'true or false', accepts: (value) => typeof value === 'boolean' };
const oneOf = (...words: string[]): Rule => ({
  expects: words.map((word) => `"${word}"`).join(' or '),
  accepts: (value) => typeof value === 'string' && words.includes(value),
});
const maybe = (rule: Rule): Field => ({ ...rule, optional: true });

const FAULTS: Readonly<Record<FaultKind, Shape>> = {
  hang: { forMs: maybe(duration) },
  delay: { ms: duration },
  error: { code: maybe(whole(550, 574)), cme: maybe(whole(0, 999)) },
  pdpdeact: { context: maybe(whole(0, 20)) },
  peerClose: { socket: maybe(whole(0, 11)) },
  urcInResponse: { urc: maybe(text), place: maybe(oneOf('first', 'between')) },
  loseUrc: { urc: maybe(text) },
  reboot: { silent: maybe(flag) },
  garbage: { bytes: whole(1, 4096) },
  dribble: { gapMs: positive, forMs: maybe(duration) },
  sendFail: { partly: maybe(whole(0, 1460)) },
  sendError: { accepted: maybe(flag) },
  sendSilent: {},
  blackHole: { forMs: duration, overRestart: maybe(flag) },
  openFail: { err: maybe(whole(550, 574)) },
  refuseActivation: { times: maybe(count) },
  portLost: { forMs: duration },
  closeSlow: { ms: duration },
  missEscape: { times: maybe(count) },
  silentResume: {},
  deadResume: {},
  lateResult: { ms: duration, command: maybe(text) },
  radioLoss: { forMs: duration, denied: maybe(flag) },
  slowNetwork: { forMs: duration, times: maybe(factor), plusMs: maybe(duration) },
  simFailure: { forMs: duration, cme: maybe(whole(0, 999)) },
  natTimeout: { idleMs: positive, forMs: maybe(duration) },
  brownOut: { afterBytes: maybe(count), silent: maybe(flag) },
};

const probability: Rule = {
  expects: 'a number from 0 to 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};
const counting: Shape = { nth: maybe(count), every: maybe(count), probability: maybe(probability) };
/** The first field of each names the trigger. */
const TRIGGERS: readonly Shape[] = [
  { onCommand: text, ...counting },
  { onUrc: text, ...counting },
  { at: duration },
  { onBytes: count },
  { every: positive, count: maybe(count) },
];

/** Reads the text of a fault file: a JSON list of `{ "when": …, "fault": … }`.
 *
 * @throws FaultScriptError with one line such as `[2].fault.kind: unknown fault "hangs" (known: hang, …)`.
 */
export function parseFaultScript(source: string): FaultScript {
  let list: unknown;
  try {
    list = JSON.parse(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    throw new FaultScriptError(`not JSON: ${reason}`);
  }
  if (!Array.isArray(list)) throw new FaultScriptError('must be a list of { "when": …, "fault": … }');
  return { rules: list.map((rule: unknown, index) => readRule(rule, `[${index}]`)) };
}

function readRule(value: unknown, path: string): FaultRule {
  const rule = readObject(value, path);
  for (const name of Object.keys(rule)) {
    if (name !== 'when' && name !== 'fault') fail(`${path}.${name}`, 'unknown name (known: when, fault)');
  }
  return {
    when: readTrigger(rule['when'], `${path}.when`),
    fault: readFault(rule['fault'], `${path}.fault`),
  };
}

function readTrigger(value: unknown, path: string): Trigger {
  const trigger = readObject(value, path);
  const shape = TRIGGERS.find((candidate) => (Object.keys(candidate)[0] as string) in trigger);
  if (shape === undefined) fail(path, 'must have one of at, every, onCommand, onUrc, onBytes');
  checkFields(trigger, shape, path);
  if (['nth', 'every', 'probability'].filter((name) => name in trigger).length > 1) {
    fail(path, 'may have only one of nth, every, probability');
  }
  return trigger as unknown as Trigger;
}

function readFault(value: unknown, path: string): Fault {
  const fault = readObject(value, path);
  const kind = fault['kind'];
  const known = Object.keys(FAULTS).join(', ');
  if (kind === undefined) fail(path, `must have a kind (known: ${known})`);
  if (typeof kind !== 'string' || !Object.hasOwn(FAULTS, kind)) {
    fail(`${path}.kind`, `unknown fault ${JSON.stringify(kind)} (known: ${known})`);
  }
  const { kind: _, ...fields } = fault;
  checkFields(fields, FAULTS[kind as FaultKind], path);
  return fault as unknown as Fault;
}

function readObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(path, value === undefined ? 'is missing' : `must be an object, got ${shown(value)}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function checkFields(values: Readonly<Record<string, unknown>>, shape: Shape, path: string): void {
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(shape, name)) {
      fail(`${path}.${name}`, `unknown name (known: ${Object.keys(shape).join(', ') || 'none'})`);
    }
  }
  for (const [name, field] of Object.entries(shape)) {
    const value = values[name];
    if (value === undefined && field.optional === true) continue;
    if (!field.accepts(value)) fail(`${path}.${name}`, `must be ${field.expects}, got ${shown(value)}`);
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value).slice(0, 60) ?? 'nothing');
}

function fail(path: string, problem: string): never {
  throw new FaultScriptError(`${path}: ${problem}`);
}
