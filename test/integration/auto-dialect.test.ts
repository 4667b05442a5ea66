import { dialectOfModel } from '../../adapters/modem/detect-dialect.ts';
import { createModem, memoryPortPair, memoryStore } from '../../index.ts';
import { VIRTUAL_DIALECTS } from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { dismantle, rig } from './rig.ts';
import { talk, until } from './talks.ts';

describe.each(VIRTUAL_DIALECTS)("dialect: 'auto' on a module of %s", (dialect) => {
  it('finds the dialect, and drives the module by it', async () => {
    const contexts = [{ apn: 'internet' }];
    const r = rig({ dialect: 'auto', contexts }, { dialect });
    const states: string[] = [];
    r.modem.status$.subscribe(({ state }) => states.push(state));
    expect(() => r.modem.dialect).toThrow(expect.objectContaining({ code: 'INVALID_STATE' }));
    await r.clock.runUntil(r.modem.start());
    expect(r.modem.dialect.name).toBe(dialect);
    expect(states.slice(0, 2)).toEqual(['portClosed', 'syncing']);
    const one = await talk(r, 1, 2000);
    one.start();
    await until(r, () => one.isDone());
    one.socket.destroy();
    await dismantle(r);
  });
});

describe('a model', () => {
  it.each([
    ['Quectel_M95', 'gsm'],
    ['Revision: M66FAR01A12BT', 'gsm'],
    ['MC60', 'gsm'],
    ['UG96', 'ugxx'],
    ['BC66', 'bc66'],
    ['Revision: BC66NBR01A03', 'bc66'],
    ['EC25', 'lte'],
    ['EG25-G', 'lte'],
    ['EC20CEFAGR06A05M4G', 'lte'],
    ['RG500U-EA', 'rg'],
    ['RM500U', 'rg'],
    ['BG96', undefined],
    ['BC95', undefined],
    ['SIM800', undefined],
    ['M950', undefined],
    ['EM0506', undefined],
  ])('called %s is of %s', (text, name) => {
    expect(dialectOfModel(text)).toBe(name);
  });
});

describe("dialect: 'auto'", () => {
  it('says what an unknown module calls itself, and what to set', async () => {
    const r = rig({ dialect: 'auto', contexts: [] }, { dialect: 'lte', model: 'BG96' });
    await expect(r.clock.runUntil(r.modem.start())).rejects.toMatchObject({
      code: 'UNKNOWN_MODULE',
      message: expect.stringMatching(/BG96.*set dialect.*gsm \(M95, .*lte \(EC25/),
    });
    expect(r.modem.status.state).toBe('faulted');
    await dismantle(r);
  });

  it('takes the dialect of the last start for a module that does not answer', async () => {
    const store = memoryStore();
    const first = rig({ dialect: 'auto', contexts: [], store }, { dialect: 'ugxx' });
    await first.clock.runUntil(first.modem.start());
    await dismantle(first);
    const second = rig({ dialect: 'auto', contexts: [], store }, { dialect: 'ugxx' });
    second.module.inject({ kind: 'hang', forMs: 20_000 });
    await second.clock.runUntil(second.modem.start());
    expect(second.modem.dialect.name).toBe('ugxx');
    await dismantle(second);
  });

  it('ends with NO_MODULE where nothing answers, and with STOPPED when it is stopped', async () => {
    const clock = new VirtualClock();
    const silent = createModem({ port: memoryPortPair().host, dialect: 'auto', clock });
    await expect(clock.runUntil(silent.start())).rejects.toMatchObject({ code: 'NO_MODULE' });
    const stopped = createModem({ port: memoryPortPair().host, dialect: 'auto', clock });
    const starting = stopped.start().catch((error: Error) => error);
    await clock.advance(1500);
    await clock.runUntil(stopped.stop());
    await expect(clock.runUntil(starting)).resolves.toMatchObject({ code: 'STOPPED' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('checks the other options once the dialect is known, before anything is set in the module', async () => {
    const r = rig({ dialect: 'auto', contexts: [{ id: 9, apn: 'a' }] }, { dialect: 'rg' });
    await expect(r.clock.runUntil(r.modem.start())).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(r.trace.some((line) => line.includes('QICSGP'))).toBe(false);
    await dismantle(r);
  });

  it('refuses every call before the start', async () => {
    const r = rig({ dialect: 'auto', contexts: [] }, { dialect: 'lte' });
    const code = 'INVALID_STATE';
    await expect(r.modem.connect({ host: 'a', port: 1 })).rejects.toMatchObject({ code });
    await expect(r.modem.ping('a')).rejects.toMatchObject({ code });
    await expect(r.modem.execute('AT')).rejects.toMatchObject({ code });
    expect(() => r.modem.createConnection({ host: 'a', port: 1 })).toThrow(expect.objectContaining({ code }));
    r.modem.checkConnect({ host: 'a', port: 1 }); // nothing can be said yet
    await dismantle(r);
  });
});
