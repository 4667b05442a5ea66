/** The package as others get it: packed, and installed into projects that have nothing else. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  asCommonJs,
  compile,
  embeddingExample,
  install,
  makeFolder,
  type Packed,
  pack,
  ROOT,
  run,
} from './project.ts';

jest.setTimeout(120_000);

const requireAll = process.env['URCHESTRA_REQUIRE_ALL'] === '1';
const hasRegistry = (): boolean =>
  spawnSync('npm', ['view', 'xstate', 'version', '--prefer-offline', '--fetch-retries=0']).status === 0;
const withRegistry = requireAll || hasRegistry() ? describe : describe.skip; // skipped by name: no npm registry

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly scripts: Readonly<Record<string, string>>;
};
/** What may be imported: `urchestra`, `urchestra/simulator` … */
const DOORS = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => manifest.name + path.slice(1));

describe('the manifest', () => {
  it('has the seven doors', () => {
    const names = ['', '/simulator', '/machines', '/streams', '/dialects', '/testing', '/inspect'];
    expect(DOORS).toEqual(names.map((name) => `urchestra${name}`));
  });

  it('runs nothing of ours when it is installed', () => {
    expect(Object.keys(manifest.scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:pre|post)?install$/)]),
    );
  });
});

withRegistry('the packed package (needs the npm registry)', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let packed: Packed;
  const esm = (): string => join(folder.path, 'esm');
  const cjs = (): string => join(folder.path, 'cjs');

  beforeAll(async () => {
    folder = await makeFolder();
    packed = await pack(folder.path);
    const tarball = join(folder.path, packed.filename);
    await Promise.all([mkdir(esm()), mkdir(cjs())]);
    await Promise.all([install(esm(), 'module', tarball), install(cjs(), 'commonjs', tarball)]);
  });
  afterAll(() => folder?.remove());

  it('holds what runs, its types, and what must be read', () => {
    const outside = packed.files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'));
    expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    const inside = packed.files.map(({ path }) => path).filter((path) => path.startsWith('dist/'));
    const drawings = /^dist\/docs\/statecharts\/(?:[\w.]+\.light|modem\.dark)\.svg$/;
    expect(inside.filter((path) => drawings.test(path)).length).toBeGreaterThan(20);
    expect(inside.filter((path) => !/\.(?:js|d\.ts)$/.test(path) && !drawings.test(path))).toEqual([]);
    expect(inside.filter((path) => /^dist\/(?:test|bench|tools)\//.test(path))).toEqual([]);
  });

  it('runs the embedding example of the README in an ESM project', async () => {
    await writeFile(join(esm(), 'agent.js'), await embeddingExample());
    const { code, text } = await run(esm(), process.execPath, 'agent.js');
    expect(text).toContain('echo: reading 1: 12.5 C');
    expect(code).toBe(0);
  });

  it('runs it in a CommonJS project, by require', async () => {
    await writeFile(join(cjs(), 'agent.js'), asCommonJs(await embeddingExample()));
    const { code, text } = await run(cjs(), process.execPath, 'agent.js');
    expect(text).toContain('echo: reading 1: 12.5 C');
    expect(code).toBe(0);
  });

  it('opens every door to import and to require, with the same names', async () => {
    const names = '(door) => Object.keys(door).filter((name) => name !== "module.exports").sort()';
    await writeFile(
      join(esm(), 'doors.js'),
      `const names = ${names};
      for (const door of ${JSON.stringify(DOORS)}) console.log(door, names(await import(door)).join());`,
    );
    await writeFile(
      join(cjs(), 'doors.js'),
      `const names = ${names};
      for (const door of ${JSON.stringify(DOORS)}) console.log(door, names(require(door)).join());`,
    );
    const [imported, required] = await Promise.all([
      run(esm(), process.execPath, 'doors.js'),
      run(cjs(), process.execPath, '--no-warnings', 'doors.js'),
    ]);
    expect([imported.code, imported.text.split('\n').length]).toEqual([0, DOORS.length + 1]);
    expect(required).toEqual(imported);
  });

  it('has types behind every door, under moduleResolution nodenext', async () => {
    expect(await compile(esm(), "import('urchestra').Port")).toEqual({ code: 0, text: '' });
  });

  it('has types that are not any', async () => {
    expect((await compile(esm(), 'number')).text).toContain("Type 'Port' is not assignable to type 'number'");
  });

  it('brings no XState 4 along, and says what the classic inspector needs', async () => {
    const lock = JSON.parse(readFileSync(join(esm(), 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly version: string }>>;
    };
    const installed = Object.entries(lock.packages).filter(([path]) => path.endsWith('node_modules/xstate'));
    expect(installed.map(([, { version }]) => version.split('.')[0])).toEqual(['5']);
    const options = ['status', 'sim:lte', '--inspect=xstate', '--inspect-port', '0'];
    const { code, text } = await run(esm(), 'npx', '--offline', 'urchestra', ...options);
    expect(text).toContain('npm install @urchestra/xstate-inspect');
    expect([code, text.trim().split('\n').length]).toEqual([2, 1]);
  });

  it('models without what draws a report, and says before the model what a report needs', async () => {
    const options = ['model', '--dialect', 'lte', '--days', '0.01', '--out', 'report.html'];
    const { code, text } = await run(esm(), 'npx', '--offline', 'urchestra', ...options);
    expect(text).toContain('npm install @observablehq/plot linkedom');
    expect([code, text.trim().split('\n').length]).toEqual([2, 1]);
    expect((await run(esm(), 'npx', '--offline', 'urchestra', ...options.slice(0, 5))).code).toBe(0);
  });

  it('has the classic inspector where that package is installed beside it', async () => {
    const both = join(folder.path, 'both');
    await mkdir(both);
    const bridge = await pack(folder.path, join(ROOT, 'adapters/xstate-inspect'));
    expect(bridge.files.map(({ path }) => path)).toContain('dist/index.js');
    await install(both, 'module', join(folder.path, packed.filename), join(folder.path, bridge.filename));
    for (const kind of ['stately', 'xstate']) {
      const options = ['status', 'sim:lte', `--inspect=${kind}`, '--inspect-port', '0', '--time-scale', '20'];
      const { code, text } = await run(both, 'npx', '--offline', 'urchestra', ...options);
      expect(text).toContain(`inspector (${kind}) on http://127.0.0.1:`);
      expect(code).toBe(0);
    }
  });

  it('ends its demo with exit code 0, and nothing lost', async () => {
    const { code, text } = await run(esm(), 'npx', '--offline', 'urchestra', 'demo');
    expect(text).toContain('0 lost, 0 duplicated');
    expect(code).toBe(0);
  });
});
