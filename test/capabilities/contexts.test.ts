/** PDP contexts and their DNS servers, line by line of the manuals' tables (protocol §1). */

import { rg } from '../../adapters/dialects/rg.ts';
import { createModem, memoryPortPair } from '../../index.ts';
import { refusal } from '../dialects/answers.ts';
import { dismantle } from '../integration/rig.ts';
import {
  asked,
  commandsOf,
  contextsOf,
  DIALECTS,
  online,
  only,
  refusedQuietly,
  urcsOf,
  written,
} from './capable.ts';

const HIGHEST_ID = { lte: 16, ugxx: 20, rg: 5 } as const;
const MOST_ACTIVE = { lte: 3, ugxx: 3, rg: 5 } as const;
const TYPES = { lte: ['IPv4', 'IPv6', 'IPv4v6'], ugxx: ['IPv4'], rg: ['IPv4', 'IPv6', 'IPv4v6'] } as const;

const access = { type: 'IPv4', username: 'user', password: 'word', authentication: 'PAP' } as const;
const long = (length: number) => 'x'.repeat(length);

describe.each(DIALECTS)('%s: contexts', (dialect) => {
  it('have the ids of the manual, and no other', async () => {
    const r = await online(dialect);
    const { configureContext, queryContext } = commandsOf(r);
    const id = HIGHEST_ID[dialect];
    await asked(r, configureContext({ ...access, id, apn: 'last' }));
    expect(await asked(r, queryContext(id))).toMatchObject({ apn: 'last' });
    for (const wrong of [0, id + 1])
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(queryContext(wrong)));
    const { host: port, far } = memoryPortPair();
    const made = refusal(() => createModem({ port, dialect, contexts: [{ id: id + 1, apn: 'a' }] }));
    expect([made?.details.argument, far.isOpen]).toEqual(['context id', false]);
    await dismantle(r);
  });

  it('are active at once up to the number of the manual, and no more', async () => {
    const most = MOST_ACTIVE[dialect];
    const r = await online(dialect, { contexts: contextsOf(most) });
    const listed = await asked(r, commandsOf(r).queryContexts());
    expect(listed.map(({ id, active }) => [id, active])).toEqual(
      contextsOf(most).map(({ id }) => [id, true]),
    );
    const { host: port, far } = memoryPortPair();
    const made = refusal(() => createModem({ port, dialect, contexts: contextsOf(most + 1) }));
    expect([made?.code, far.isOpen]).toEqual(['INVALID_ARGUMENT', false]);
    await dismantle(r);
  });

  it('have the types of the manual, and no other', async () => {
    for (const type of ['IPv4', 'IPv6', 'IPv4v6'] as const) {
      if (TYPES[dialect].some((known) => known === type)) {
        const r = await online(dialect, { contexts: [{ apn: 'a', type }] });
        const [context] = r.modem.status.contexts;
        expect(await asked(r, commandsOf(r).queryContext(1))).toMatchObject({ type });
        expect(context?.addresses).toHaveLength(type === 'IPv4v6' ? 2 : 1);
        await dismantle(r);
      } else {
        const { host: port } = memoryPortPair();
        const made = refusal(() => createModem({ port, dialect, contexts: [{ apn: 'a', type }] }));
        expect(made?.details.argument).toBe('type');
      }
    }
  });

  it('are configured with access data, which never show', async () => {
    const contexts = [
      { apn: 'internet', username: 'user', password: 'word', authentication: 'PAP' },
    ] as const;
    const r = await online(dialect, { contexts });
    expect(await asked(r, commandsOf(r).queryContext(1))).toEqual({ apn: 'internet', ...access });
    expect(r.trace.join('\n')).toContain('AT+QICSGP=1,1,"internet","***","***",1');
    expect(r.trace.filter((line) => line.includes(' tx ') && /"(user|word)"/.test(line))).toEqual([]);
    await dismantle(r);
  });

  it('have access data of up to 127 bytes', async () => {
    const r = await online(dialect);
    const { configureContext, queryContext } = commandsOf(r);
    const longest = { ...access, username: long(127), password: long(127) };
    await asked(r, configureContext({ ...longest, id: 2, apn: 'a' }));
    expect(await asked(r, queryContext(2))).toEqual({ apn: 'a', ...longest });
    for (const change of [{ username: long(128) }, { password: long(128) }]) {
      const parameters = { ...access, ...change, id: 2, apn: 'a' };
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(configureContext(parameters)));
    }
    await dismantle(r);
  });

  it('are activated and deactivated by commands that wait for it', async () => {
    const r = await online(dialect);
    const { configureContext, activateContext, deactivateContext, queryContexts } = commandsOf(r);
    const active = async () => (await asked(r, queryContexts())).map(({ id }) => id);
    await asked(r, configureContext({ ...access, id: 2, apn: 'a' }));
    await asked(r, activateContext(2));
    expect(await active()).toEqual([1, 2]);
    await asked(r, deactivateContext(2));
    expect(await active()).toEqual([1]);
    expect([activateContext(1).timeoutMs, deactivateContext(1).timeoutMs]).toEqual([150_000, 40_000]);
    await dismantle(r);
  });

  it('are deactivated when the modem stops, where that is wished', async () => {
    const r = await online(dialect);
    await r.clock.runUntil(r.modem.stop({ deactivate: true }));
    expect(r.module.state.contexts.filter(({ state }) => state === 'active')).toEqual([]);
    await dismantle(r);
  });

  it('have one or two DNS servers', async () => {
    const r = await online(dialect);
    await r.clock.runUntil(r.modem.setDnsServers('10.0.0.53', '10.0.1.53'));
    expect(await r.clock.runUntil(r.modem.dnsServers())).toEqual(['10.0.0.53', '10.0.1.53']);
    await r.clock.runUntil(r.modem.setDnsServers('10.0.2.53'));
    expect((await r.clock.runUntil(r.modem.dnsServers()))[0]).toBe('10.0.2.53');
    await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.setDnsServers('dns.example'));
    await dismantle(r);
  });
});

describe('rg: asynchronous context commands', () => {
  const { activateContextAsync, deactivateContextAsync, queryContextsAsync } = rg.commands;

  it('activate a context behind their OK, and tell its addresses where that is wanted', async () => {
    const r = await online('rg');
    const urcs = urcsOf(r);
    await asked(r, rg.commands.configureContext({ ...access, id: 2, apn: 'a', type: 'IPv4v6' }));
    await asked(r, activateContextAsync(2, true));
    expect(urcs).toEqual([]);
    expect((await asked(r, queryContextsAsync())).map(({ id }) => id)).toEqual([1]);
    await r.clock.advance(1000);
    expect(urcs).toEqual([
      {
        name: 'qiactex',
        contextId: 2,
        err: 0,
        contextType: 3,
        addresses: [expect.any(String), expect.any(String)],
      },
    ]);
    expect((await asked(r, queryContextsAsync())).map(({ id, active }) => [id, active])).toEqual([
      [1, true],
      [2, true],
    ]);
    await dismantle(r);
  });

  it('deactivate a context behind their OK', async () => {
    const r = await online('rg', { contexts: contextsOf(2) });
    const urcs = urcsOf(r);
    await asked(r, deactivateContextAsync(2));
    expect(urcs).toEqual([]);
    await r.clock.advance(1000);
    expect(urcs).toEqual([{ name: 'qideactex', contextId: 2, err: 0 }]);
    expect((await asked(r, rg.commands.queryContexts())).map(({ id }) => id)).toEqual([1]);
    await dismantle(r);
  });

  it('tell what went wrong by number', async () => {
    const r = await online('rg');
    const urcs = urcsOf(r);
    await asked(r, activateContextAsync(3, false));
    await r.clock.advance(1000);
    expect(urcs).toEqual([{ name: 'qiactex', contextId: 3, err: 573 }]);
    for (const id of [0, 6]) {
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(activateContextAsync(id)));
      await refusedQuietly(r, 'INVALID_ARGUMENT', () => r.modem.query(deactivateContextAsync(id)));
    }
    await dismantle(r);
  });
});

describe.each(only('lte', 'ugxx'))('%s: asynchronous context commands', (dialect) => {
  it('are not there: no command of the dialect writes them', async () => {
    const r = await online(dialect);
    expect(Object.keys(r.modem.dialect.commands).filter((name) => name.endsWith('Async'))).toEqual([]);
    expect(written(r).filter((line) => line.includes('ACTEX'))).toEqual([]);
    await dismantle(r);
  });
});

describe('lte: access data', () => {
  it('are kept for CDMA networks where that is wanted', async () => {
    const contexts = [{ apn: 'a', username: 'u', password: 'p', savesCredentialsForCdma: true }];
    const r = await online('lte', { contexts });
    expect(r.trace.join('\n')).toContain('AT+QICSGP=1,1,"a","***","***",2,1');
    await dismantle(r);
  });
});

describe.each(only('ugxx', 'rg'))('%s: access data', (dialect) => {
  it('are not kept for CDMA networks: the option is refused before the port is opened', () => {
    const { host: port, far } = memoryPortPair();
    const contexts = [{ apn: 'a', ...{ savesCredentialsForCdma: true } }];
    const made = refusal(() => createModem({ port, dialect, contexts }));
    expect([made?.details.argument, far.isOpen]).toEqual(['savesCredentialsForCdma', false]);
  });
});
