/** `connection$`: connected sockets one after the other, as the state of the module allows. And `lookup`. */
import type { ModemError, ModemSocket, ReconnectOptions } from '../../index.ts';
import { echoPeer } from '../../simulator/index.ts';
import { dismantle, type Rig, rig } from '../integration/rig.ts';

const TARGET = { host: '192.0.2.7', port: 7000 };

interface Watched {
  readonly sockets: ModemSocket[];
  readonly ends: unknown[];
  readonly waits: [code: string, waitMs: number][];
  readonly stop: () => void;
}

function watched(r: Rig, reconnect: ReconnectOptions = {}, target = TARGET): Watched {
  const sockets: ModemSocket[] = [];
  const ends: unknown[] = [];
  const waits: [string, number][] = [];
  const onFailure = ({ code }: ModemError, waitMs: number): void => void waits.push([code, waitMs]);
  const subscription = r.modem.connection$(target, { random: () => 0, onFailure, ...reconnect }).subscribe({
    next: (socket) => sockets.push(socket.resume()),
    error: (error) => ends.push(error),
    complete: () => ends.push('complete'),
  });
  return { sockets, ends, waits, stop: () => subscription.unsubscribe() };
}

async function listening(...parameters: Parameters<typeof rig>): Promise<Rig> {
  const r = rig(...parameters);
  r.network.listen(7000, echoPeer);
  return r;
}

describe('connection$', () => {
  it('waits for the module, emits a connected socket, and the next one when that has ended', async () => {
    const r = await listening();
    const seen = watched(r);
    await r.clock.advance(60_000);
    expect(seen.sockets).toEqual([]);
    await r.clock.runUntil(r.modem.start());
    await r.clock.advance(2_000);
    expect(seen.sockets.map(({ readyState }) => readyState)).toEqual(['open']);
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(60_000);
    expect(seen.sockets.map(({ readyState }) => readyState)).toEqual(['closed', 'open']);
    expect(seen.waits).toEqual([['CONTEXT_LOST', 1_000]]);
    seen.stop();
    await r.clock.advance(5_000);
    expect(seen.sockets.map(({ readyState }) => readyState)).toEqual(['closed', 'closed']);
    expect(seen.ends).toEqual([]);
    await dismantle(r);
  });

  it('waits longer with each failure in a row, and not at all longer behind a connection that stood', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const seen = watched(r, { firstMs: 1_000, longestMs: 8_000 });
    await r.clock.advance(30_000);
    expect(seen.waits.slice(0, 5).map(([, waitMs]) => waitMs)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
    r.network.listen(7000, echoPeer);
    await r.clock.advance(60_000);
    expect(seen.sockets.length).toBe(1);
    seen.waits.length = 0;
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(20_000);
    expect(seen.waits).toEqual([['CONTEXT_LOST', 1_000]]);
    seen.stop();
    await dismantle(r);
  });

  it.each([
    [0, 1_000],
    [0.5, 750],
    [1, 500],
  ])('lets chance %d shorten half of the wait', async (chance, waitMs) => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const seen = watched(r, { random: () => chance });
    await r.clock.advance(500);
    expect(seen.waits).toEqual([['OPEN_FAILED', waitMs]]);
    seen.stop();
    await dismantle(r);
  });

  it('completes when the modem is stopped: also while it waits, and leaves no timer', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const seen = watched(r, { firstMs: 600_000, longestMs: 600_000 });
    await r.clock.advance(5_000);
    await dismantle(r);
    expect(seen.ends).toEqual(['complete']);
  });

  it('errors with what makes further tries useless', async () => {
    const r = rig({ pin: '9999' }, { sim: { pin: '1234' } });
    const seen = watched(r);
    await r.clock.runUntil(r.modem.start().catch(() => undefined));
    await r.clock.advance(1_000);
    expect(seen.ends).toEqual([expect.objectContaining({ code: 'SIM_PIN_REJECTED' })]);
    await dismantle(r);
  });

  it('refuses wrong options at the call', () => {
    const r = rig();
    const wrong = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
    expect(() => r.modem.connection$({ host: 'a"b', port: 1 })).toThrow(wrong);
    expect(() => r.modem.connection$({ ...TARGET, signal: new AbortController().signal } as never)).toThrow(
      wrong,
    );
    expect(() => r.modem.connection$(null as never)).toThrow(wrong);
    expect(() => r.modem.connection$(TARGET, { jitter: 2 })).toThrow(wrong);
    expect(() => r.modem.connection$(TARGET, { first: 1 } as ReconnectOptions)).toThrow(wrong);
    r.module.dispose();
  });
});

describe('lookup', () => {
  const found = (r: Rig, name: string, options: object): Promise<unknown[]> =>
    r.clock.runUntil(
      new Promise((done) => r.modem.lookup(name, options, (...answer: unknown[]) => done(answer))),
    );

  it('asks the DNS of the module, in the shape of dns.lookup', async () => {
    const r = rig({}, {}, { names: { 'meter.example': '192.0.2.8' } });
    await r.clock.runUntil(r.modem.start());
    const [error, address, family] = await found(r, 'meter.example', {});
    expect([error, address, family]).toEqual([null, '192.0.2.8', 4]);
    expect(await found(r, 'meter.example', { all: true })).toEqual([null, [{ address, family: 4 }]]);
    expect(await found(r, '192.0.2.9', {})).toEqual([null, '192.0.2.9', 4]);
    const [none] = await found(r, 'meter.example', { family: 6 });
    expect(none).toMatchObject({ code: 'NAME_NOT_RESOLVED', errno: 'ENOTFOUND' });
    const answer = (call: (done: (...answer: unknown[]) => void) => void): Promise<unknown[]> =>
      r.clock.runUntil(new Promise((done) => call((...given) => done(given))));
    expect(await answer((done) => r.modem.lookup('meter.example', done))).toEqual([null, '192.0.2.8', 4]);
    expect(await answer((done) => r.modem.lookup('meter.example', 4, done))).toEqual([null, '192.0.2.8', 4]);
    await dismantle(r);
  });

  it('has no answer on rg, whose modules cannot be asked', async () => {
    const r = rig({}, { dialect: 'rg' });
    await r.clock.runUntil(r.modem.start());
    expect((await found(r, 'meter.example', {}))[0]).toMatchObject({ code: 'UNSUPPORTED' });
    await dismantle(r);
  });
});
