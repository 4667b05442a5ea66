import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileStore } from '../../adapters/store/file-store.ts';
import { memoryStore } from '../../adapters/store/memory-store.ts';
import type { JsonValue, Store } from '../../adapters/store/store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'urchestra-store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const stores: readonly [string, () => Store][] = [
  ['fileStore', () => fileStore(join(directory, 'not', 'there', 'yet', 'modem.json'))],
  ['memoryStore', () => memoryStore()],
];

describe.each(stores)('%s', (_name, create) => {
  it('has no value under a key that was never written', async () => {
    expect(await create().read('ladder')).toBeUndefined();
  });

  it.each<[JsonValue]>([[null], [false], [0], [''], ['grüße 🚀'], [[1, [2]]], [{ rung: 3, at: 1.5e12 }]])(
    'gives back %j as it was written',
    async (value) => {
      const store = create();
      await store.write('ladder', value);
      expect(await store.read('ladder')).toEqual(value);
    },
  );

  it.each(['__proto__', 'constructor', 'toString', ''])('treats %j like any other key', async (key) => {
    const store = create();
    expect(await store.read(key)).toBeUndefined();
    await store.write(key, { rung: 1 });
    expect(await store.read(key)).toEqual({ rung: 1 });
  });

  it('keeps each key apart from the others', async () => {
    const store = create();
    await store.write('ladder', 1);
    await store.write('pin', 2);
    await store.write('ladder', 3);
    expect([await store.read('ladder'), await store.read('pin')]).toEqual([3, 2]);
  });

  it('applies concurrent writes in the order of the calls', async () => {
    const store = create();
    const writes = Array.from({ length: 20 }, (_, n) => store.write(n % 2 ? 'odd' : 'even', n));
    await Promise.all(writes);
    expect([await store.read('even'), await store.read('odd')]).toEqual([18, 19]);
  });

  it('shows a write to a read that was called after it', async () => {
    const store = create();
    const writing = store.write('ladder', 7);
    expect(await store.read('ladder')).toBe(7);
    await writing;
  });

  it('is not changed by changes to an object that went in or came out', async () => {
    const store = create();
    const record = { rungs: [1] };
    const writing = store.write('ladder', record);
    record.rungs.push(2);
    await writing;
    ((await store.read('ladder')) as typeof record).rungs.push(3);
    expect(await store.read('ladder')).toEqual({ rungs: [1] });
  });

  it('refuses a value without a JSON form, naming the key', async () => {
    const store = create();
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const value of [cycle, undefined, 1n]) {
      const attempt = store.write('ladder', value as unknown as JsonValue);
      await expect(attempt).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('"ladder"'),
      });
    }
    expect(await store.read('ladder')).toBeUndefined();
  });
});

describe('memoryStore', () => {
  it('starts with what it is given', async () => {
    expect(await memoryStore({ pin: { tried: true } }).read('pin')).toEqual({ tried: true });
  });
});

describe('fileStore', () => {
  const path = (): string => join(directory, 'modem.json');

  it('keeps what it was told when the process starts again', async () => {
    await fileStore(path()).write('ladder', { rung: 4 });
    expect(await fileStore(path()).read('ladder')).toEqual({ rung: 4 });
  });

  it('creates nothing by reading', async () => {
    await fileStore(path()).read('ladder');
    expect(await readdir(directory)).toEqual([]);
  });

  it('writes a file that only its owner can read', async () => {
    await fileStore(path()).write('pin', 1);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it('takes permissions away from a file that others could read', async () => {
    await writeFile(path(), '{}');
    await chmod(path(), 0o644);
    await fileStore(path()).write('pin', 1);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it('leaves one JSON file and no temporary one', async () => {
    const store = fileStore(path());
    await Promise.all([store.write('ladder', 1), store.write('pin', 2)]);
    expect(await readdir(directory)).toEqual(['modem.json']);
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual({ ladder: 1, pin: 2 });
  });

  it('has a value on the disk by the time that its write resolves', async () => {
    const store = fileStore(path());
    const onDisk = async (): Promise<unknown> => JSON.parse(await readFile(path(), 'utf8'));
    const seen = await Promise.all([1, 2, 3].map((n) => store.write(`key ${n}`, n).then(onDisk)));
    seen.forEach((content, at) => {
      expect(content).toHaveProperty([`key ${at + 1}`], at + 1);
    });
  });

  it('loses nothing when two stores over one file write at once', async () => {
    await Promise.all([fileStore(path()).write('ladder', 1), fileStore(path()).write('pin', 2)]);
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual({ ladder: 1, pin: 2 });
  });

  it.each([
    ['an empty file', ''],
    ['half a file', '{"ladder": {"ru'],
    ['a list', '[1]'],
    ['null', 'null'],
  ])('refuses to read or replace %s, naming it', async (_name, text) => {
    await writeFile(path(), text);
    const store = fileStore(path());
    const failure = { code: 'STORE_FAILED', message: expect.stringContaining(path()) };
    await expect(store.read('ladder')).rejects.toMatchObject(failure);
    await expect(store.write('ladder', 1)).rejects.toMatchObject(failure);
    await expect(store.read('ladder')).rejects.toThrow(/delete it to start without that memory/);
    expect(await readFile(path(), 'utf8')).toBe(text);
  });

  it('works again when a damaged file was repaired', async () => {
    await writeFile(path(), '{');
    const store = fileStore(path());
    await expect(store.write('ladder', 1)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await writeFile(path(), '{"pin": 5}');
    await store.write('ladder', 1);
    expect(await store.read('pin')).toBe(5);
  });

  it('refuses a path that is a directory', async () => {
    await mkdir(path());
    await expect(fileStore(path()).read('ladder')).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(fileStore(path()).write('ladder', 1)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it('reports a directory that cannot be created, naming the file', async () => {
    await writeFile(join(directory, 'taken'), '');
    const file = join(directory, 'taken', 'modem.json');
    await expect(fileStore(file).write('ladder', 1)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining(file),
    });
  });
});
