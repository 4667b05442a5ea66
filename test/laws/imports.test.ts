/** The import law: who may know whom (docs/ARCHITECTURE.md). Each clause lists its offenders. */
import {
  type ImportStatement,
  identifiersOf,
  importsOf,
  type SourceFile,
  sourceFiles,
} from '../support/imports.ts';

const OURS =
  /^(?:machines|streams|adapters|simulator|modelling|cli|test|bench|console|examples)\/|^[\w-]+\.ts$/;

interface Clause {
  readonly title: string;
  readonly governs: (path: string) => boolean;
  readonly allows: (statement: ImportStatement) => boolean;
  /** A statement that breaks it: [file, its text]. */
  readonly broken: readonly [path: string, text: string];
}

const isIn =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`));
const isPackage = ({ target }: ImportStatement): boolean => !OURS.test(target);
const isErrors = ({ target }: ImportStatement): boolean => target === 'errors.ts';
const isTypeFrom = (folder: string, { target, isTypeOnly }: ImportStatement): boolean =>
  isTypeOnly && isIn(folder)(target);

const CLAUSES: readonly Clause[] = [
  {
    title: 'dialects import types only, besides their own folder and errors.ts',
    governs: isIn('adapters/dialects'),
    allows: (one) => one.isTypeOnly || isErrors(one) || isIn('adapters/dialects')(one.target),
    broken: ['adapters/dialects/lte.ts', "import { parseFields } from '../../streams/fields.ts';"],
  },
  {
    title: 'streams import types only from dialects, and nothing else of ours',
    governs: isIn('streams'),
    allows: (one) =>
      isPackage(one) || isErrors(one) || isIn('streams')(one.target) || isTypeFrom('adapters/dialects', one),
    broken: ['streams/reader.ts', "import { lte } from '../adapters/dialects/lte.ts';"],
  },
  {
    title: 'machines import types only from streams and dialects, besides machines and errors.ts',
    governs: isIn('machines'),
    allows: (one) =>
      isPackage(one) ||
      isErrors(one) ||
      isIn('machines')(one.target) ||
      isTypeFrom('streams', one) ||
      isTypeFrom('adapters/dialects', one),
    broken: ['machines/support/x.ts', "import { delay } from '../../streams/clock.ts';"],
  },
  {
    title: 'machines know no port, no file and no network',
    governs: isIn('machines'),
    allows: ({ target }) => !target.startsWith('node:') && target !== 'serialport',
    broken: ['machines/modem.machine.ts', "import fs from 'node:fs';"],
  },
  {
    title: 'adapters do not import the public door',
    governs: isIn('adapters'),
    allows: ({ target }) => target !== 'index.ts',
    broken: ['adapters/port.ts', "export { createModem } from '../index.ts';"],
  },
  {
    title:
      'the simulator imports no machine, no decoder of ours, of streams the clock alone, of adapters the type of a port',
    governs: isIn('simulator'),
    allows: (one) =>
      isPackage(one) ||
      isErrors(one) ||
      isIn('simulator')(one.target) ||
      one.target === 'streams/clock.ts' ||
      (one.target === 'adapters/port.ts' && one.isTypeOnly),
    broken: ['simulator/reply.ts', "import type { Dialect } from '../adapters/dialects/dialect.ts';"],
  },
  {
    title: 'nobody but the command and the door imports the modelling',
    governs: (path) => !isIn('modelling', 'cli')(path) && path !== 'simulator.ts',
    allows: ({ target }) => !isIn('modelling')(target),
    broken: ['adapters/x.ts', "import { live } from '../modelling/life.ts';"],
  },
  {
    title: 'nobody imports the tests',
    governs: () => true,
    allows: ({ target }) => !isIn('test')(target),
    broken: ['cli/main.ts', "const rig = await import('../test/integration/rig.ts');"],
  },
  {
    title: 'only adapters/serial-port.ts imports serialport',
    governs: (path) => path !== 'adapters/serial-port.ts',
    allows: ({ target }) => !/^(?:serialport|@serialport)(?:\/|$)/.test(target),
    broken: ['cli/status.ts', "import { SerialPort } from 'serialport';"],
  },
  {
    title: 'only adapters/metrics imports OpenTelemetry, the rest of the adapters its types at most',
    governs: (path) => !isIn('adapters/metrics')(path),
    allows: (one) =>
      !one.target.startsWith('@opentelemetry/') || (one.isTypeOnly && isIn('adapters')(one.from)),
    broken: ['machines/modem.machine.ts', "import type { Meter } from '@opentelemetry/api';"],
  },
  {
    title: 'only modelling/report imports what draws its plots, and only when a report is wanted',
    governs: (path) => !isIn('modelling/report')(path),
    allows: ({ from, target }) =>
      !/^(?:@observablehq\/plot|linkedom)$/.test(target) &&
      (!isIn('modelling/report')(target) || from === 'cli/model-report.ts'),
    broken: ['modelling/model.ts', "import { reportHtml } from './report/report.ts';"],
  },
  {
    title: 'only streams/clock.ts imports timers or performance hooks',
    governs: (path) => path !== 'streams/clock.ts',
    allows: ({ target }) => !/^(?:node:)?(?:timers|perf_hooks)(?:\/|$)/.test(target),
    broken: ['adapters/x.ts', "import { setTimeout } from 'node:timers/promises';"],
  },
];

function offenders(clause: Clause, files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => clause.governs(path))
    .flatMap(importsOf)
    .filter((statement) => !clause.allows(statement))
    .map(({ from, target }) => `${from} imports ${target}`);
}

/** Lines in which `pattern` occurs outside comments and strings. */
function lines(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    identifiersOf(text)
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
}

/** A global timer, date or stopwatch: not a member (`clock.setTimeout`), not a property or method of that name. */
const TIME =
  /(?<![.\w$#])(?:(?:setTimeout|setInterval)(?!\s*[:?\w])(?!\(\s*\w+\??\s*:)|Date\b(?!\s*[:?])|performance\b(?!\s*[:?]))|globalThis\.(?:setTimeout|setInterval|Date|performance)/;
const ANY = /(?:[:<|&(,]|=>|\bas|\bextends|=)\s*any\b(?!\s*[:(])|\bany\[\]/;
const DEFAULT_EXPORT = /\bexport\s+default\b|\bas\s+default\b/;

const tree = sourceFiles();
const sample = (path: string, text: string): SourceFile => ({ path, text });

describe('the import law', () => {
  it('is checked over the whole source tree', () => {
    const paths = tree.map(({ path }) => path);
    for (const known of [
      'index.ts',
      'errors.ts',
      'streams/clock.ts',
      'machines/support/crash-safe.ts',
      'cli/main.ts',
    ]) {
      expect(paths).toContain(known);
    }
    expect(tree.flatMap(importsOf).length).toBeGreaterThan(200);
  });

  it.each(CLAUSES)('says: $title', (clause) => {
    expect(offenders(clause, tree)).toEqual([]);
  });

  it.each(CLAUSES)('would catch a breach of: $title', (clause) => {
    const [path, text] = clause.broken;
    expect(offenders(clause, [sample(path, text)])).toHaveLength(1);
  });

  it('sees statements over several lines, re-exports, bare and dynamic imports, and types among names', () => {
    const text = `/** import { no } from './no.ts'; */
import {
  type A,
  type B,
} from './a.ts';
import { type C, d } from '../b.ts';
import type { E } from 'pkg';
export * from './c.ts';
import './d.ts';
// import './e.ts';
const f = () => import('./f.ts');`;
    expect(importsOf(sample('streams/x.ts', text)).map((one) => [one.target, one.isTypeOnly])).toEqual([
      ['streams/a.ts', true],
      ['b.ts', false],
      ['pkg', true],
      ['streams/c.ts', false],
      ['streams/d.ts', false],
      ['streams/f.ts', false],
    ]);
  });
});

describe('the law of one clock', () => {
  it('lets only streams/clock.ts name the timers and clocks of the platform', () => {
    const others = tree.filter(({ path }) => path !== 'streams/clock.ts');
    expect(lines(others, TIME)).toEqual([]);
  });

  it.each([
    'setTimeout(work, 5);',
    'const wait = setTimeout;',
    'return setInterval(() => {',
    'const now = Date.now();',
    'new Date()',
    'performance.now()',
    'globalThis.setTimeout(work)',
    `const text = \`at \${Date.now()}\`;`,
  ])('would catch %s', (text) => {
    expect(lines([sample('x.ts', text)], TIME)).toHaveLength(1);
  });

  it.each([
    'clock.setTimeout(work, 5);',
    'setTimeout: (task, delayMs) => undefined,',
    'override setTimeout(timeoutMs: number, listener?: () => void): this {',
    "const text = 'Date and performance';",
    '// setTimeout(work)',
    'const dateText = lastDate;',
    `const script = \`setTimeout(show, \${patience})\`;`,
  ])('has nothing against %s', (text) => {
    expect(lines([sample('x.ts', text)], TIME)).toEqual([]);
  });
});

describe('the laws of style that types cannot express', () => {
  it('know no default export', () => {
    expect(lines(tree, DEFAULT_EXPORT)).toEqual([]);
    expect(
      lines(
        [sample('x.ts', 'export default 1;'), sample('y.ts', 'export { a as default };')],
        DEFAULT_EXPORT,
      ),
    ).toHaveLength(2);
  });

  it('know no any', () => {
    expect(lines(tree, ANY)).toEqual([]);
    for (const text of [
      'let a: any;',
      'b as any',
      'Array<any>',
      'x: any[]',
      'type T = any;',
      '(x: any) => 1',
    ]) {
      expect(lines([sample('x.ts', text)], ANY)).toHaveLength(1);
    }
    for (const text of ['// any of them: any', 'const many = 1;', "say('as any')", 'AbortSignal.any([a])']) {
      expect(lines([sample('x.ts', text)], ANY)).toEqual([]);
    }
  });
});
