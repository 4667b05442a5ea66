/** Contexts are independent: what happens to one leaves the sockets of the others alone. */
import { createModem, type ModemError, type ModemSocket, memoryPortPair } from '../../index.ts';
import type { VirtualDialect, VirtualModuleOptions } from '../../simulator/index.ts';
import { refusal } from '../dialects/answers.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { ended } from './streams.ts';
import { type Talk, talk, until } from './talks.ts';

const LENGTH_BYTES = 60_000;
const BAUD = 921_600;

const contextsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: at + 1, apn: `apn${at + 1}` }));

/** What a socket failed with, once it has. */
function failureOf(socket: ModemSocket): () => ModemError | undefined {
  let failure: ModemError | undefined;
  socket.on('error', (error: ModemError) => {
    failure = error;
  });
  return () => failure;
}

async function sixTalks(
  dialect: VirtualDialect,
  latencyMs: number,
  module: Partial<VirtualModuleOptions> = {},
) {
  const r = rig({ dialect, contexts: contextsOf(2) }, { dialect, baud: BAUD, ...module }, { latencyMs });
  await r.clock.runUntil(r.modem.start());
  const modes = ['buffer', 'push', 'buffer'] as const;
  const talks = new Map<number, Talk[]>([
    [1, []],
    [2, []],
  ]);
  for (const [context, list] of talks)
    for (const [at, mode] of modes.entries())
      list.push(await talk(r, context * 10 + at, LENGTH_BYTES, { context, mode }));
  return { r, of: (context: number) => talks.get(context) ?? [] };
}

const halfway = (r: Rig, talks: readonly Talk[]): Promise<void> =>
  until(r, () => talks.every((one) => one.progressBytes() > LENGTH_BYTES / 2));

const isWhole = ({ got, expected }: Talk): boolean =>
  got().up.equals(expected.up) && got().down.equals(expected.down);

describe.each<VirtualDialect>(['lte', 'ugxx', 'rg'])('two contexts of a module that speaks %s', (dialect) => {
  it.each([
    [1, 2],
    [2, 1],
  ])('are independent: the loss of %i fails its sockets, and those of %i go on', async (lost, kept) => {
    const { r, of } = await sixTalks(dialect, 20);
    const failures = of(lost).map(({ socket }) => failureOf(socket));
    const others = of(kept).map(({ socket }) => failureOf(socket));
    for (const { start } of [...of(lost), ...of(kept)]) start();
    await halfway(r, [...of(lost), ...of(kept)]);
    r.module.inject({ kind: 'pdpdeact', context: lost });
    await until(r, () => failures.every((failure) => failure() !== undefined));
    for (const failure of failures)
      expect(failure()).toMatchObject({ code: 'CONTEXT_LOST', errno: 'ENETDOWN' });
    await until(r, () => of(kept).every((one) => one.isDone()));
    expect(of(kept).map(isWhole)).toEqual([true, true, true]);
    expect(others.map((failure) => failure())).toEqual([undefined, undefined, undefined]);
    for (const { got, expected } of of(lost)) {
      expect(expected.up.subarray(0, got().up.length).equals(got().up)).toBe(true);
      expect(expected.down.subarray(0, got().down.length).equals(got().down)).toBe(true);
    }
    for (const { socket } of of(kept)) await ended(r, socket);
    await dismantle(r);
  });

  it('tell each socket that fails how much its peer has', async () => {
    const { r, of } = await sixTalks(dialect, 0);
    const failures = of(1).map(({ socket }) => failureOf(socket));
    for (const { start } of of(1)) start();
    await halfway(r, of(1));
    r.module.inject({ kind: 'pdpdeact', context: 1 });
    await until(r, () => failures.every((failure) => failure() !== undefined));
    const had = of(1).map(({ got }) => got().up.length);
    expect(failures.map((failure) => failure()?.details.bytesAcknowledged)).toEqual(had);
    expect(Math.min(...had)).toBeGreaterThan(0);
    for (const { socket } of of(2)) await ended(r, socket);
    await dismantle(r);
  });

  it('come back without a reboot, and sockets can be opened on both', async () => {
    const { r, of } = await sixTalks(dialect, 20);
    const failures = of(1).map(({ socket }) => failureOf(socket));
    for (const { start } of [...of(1), ...of(2)]) start();
    await halfway(r, of(1));
    r.module.inject({ kind: 'pdpdeact', context: 1 });
    await until(r, () => failures.every((failure) => failure() !== undefined));
    const again = await talk(r, 31, 20_000, { context: 1 });
    again.start();
    await until(r, () => again.isDone() && of(2).every((one) => one.isDone()));
    expect([isWhole(again), ...of(2).map(isWhole)]).toEqual([true, true, true, true]);
    expect(r.steps).toEqual(['online', 'context lost: context 1: pdpdeact', 'online']);
    expect(r.module.state.rebootCount).toBe(0);
    for (const { socket } of [again, ...of(2)]) await ended(r, socket);
    await dismantle(r);
  });
});

describe('two contexts of a module that speaks rg', () => {
  it('are independent also while one of them is activated: the sockets of the other do not wait', async () => {
    const { r, of } = await sixTalks('rg', 20, { timing: { activateMs: 60_000 } });
    const failures = of(1).map(({ socket }) => failureOf(socket));
    for (const { start } of [...of(1), ...of(2)]) start();
    await halfway(r, of(1));
    r.module.inject({ kind: 'pdpdeact', context: 1 });
    await until(r, () => of(2).every((one) => one.isDone()));
    expect([of(2).map(isWhole), failures.map((failure) => failure()?.code)]).toEqual([
      [true, true, true],
      ['CONTEXT_LOST', 'CONTEXT_LOST', 'CONTEXT_LOST'],
    ]);
    expect(r.steps).toEqual(['online', 'context lost: context 1: pdpdeact']);
    for (const { socket } of of(2)) await ended(r, socket);
    await until(r, () => r.steps.length === 3);
    expect([r.steps[2], r.module.state.rebootCount]).toEqual(['online', 0]);
    await dismantle(r);
  });
});

describe.each<[VirtualDialect, number]>([
  ['lte', 3],
  ['ugxx', 3],
  ['rg', 5],
])('the contexts of a module that speaks %s', (dialect, most) => {
  it(`are active at once, all ${most} of them, each with a socket of its own`, async () => {
    const r = rig({ dialect, contexts: contextsOf(most) }, { dialect });
    await r.clock.runUntil(r.modem.start());
    expect(r.modem.status.contexts.map(({ id }) => id)).toEqual(contextsOf(most).map(({ id }) => id));
    const talks: Talk[] = [];
    for (const { id } of contextsOf(most)) talks.push(await talk(r, id, 5000, { context: id }));
    for (const { start } of talks) start();
    await until(r, () => talks.every((one) => one.isDone()));
    expect(talks.map(isWhole)).toEqual(Array(most).fill(true));
    for (const { socket } of talks) await ended(r, socket);
    await dismantle(r);
  });

  it(`are no more than ${most}: one more is refused before anything is written`, () => {
    const { host: port, far } = memoryPortPair();
    let written = 0;
    far.bytes$.subscribe(() => written++);
    const error = refusal(() => createModem({ port, dialect, contexts: contextsOf(most + 1) }));
    expect([error?.code, written, far.isOpen]).toEqual(['INVALID_ARGUMENT', 0, false]);
  });

  it('that a socket names must be among those of the options: nothing is written otherwise', async () => {
    const r = rig({ dialect, contexts: contextsOf(2) }, { dialect });
    await r.clock.runUntil(r.modem.start());
    const before = r.trace.length;
    await expect(r.modem.connect({ host: '127.0.0.1', port: 7000, context: 3 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument: 'context' },
    });
    expect(r.trace.length).toBe(before);
    await dismantle(r);
  });
});
