/** Telling a dead path from dead peers, on the virtual module. */
import { isPathAlive } from '../../adapters/modem/path-probe.ts';
import type { ModemOptions } from '../../index.ts';
import type { VirtualModuleOptions } from '../../simulator/index.ts';
import { dismantle, rig } from './rig.ts';

const never = new AbortController().signal;

async function answer(
  dialect: VirtualModuleOptions['dialect'],
  options: Partial<ModemOptions> = {},
  isBlack = false,
): Promise<{ readonly alive: boolean; readonly asked: readonly string[] }> {
  const names = { names: { 'echo.example': '192.0.2.7' } };
  const r = rig({ dialect, contexts: [{ apn: 'internet' }], ...options }, { dialect }, names);
  await r.clock.runUntil(r.modem.start());
  if (isBlack) r.module.inject({ kind: 'blackHole', forMs: 600_000 });
  r.trace.length = 0;
  // The tools and the options of the modem, as the statechart's service has them.
  const id = dialect === 'gsm' ? 0 : 1;
  const tools = {
    ping: r.modem.ping.bind(r.modem),
    resolve: r.modem.resolve.bind(r.modem),
    dnsServers: r.modem.dnsServers.bind(r.modem),
  };
  const known = { dialect: r.modem.dialect, referenceHost: options.referenceHost };
  const alive = await r.clock.runUntil(isPathAlive(tools, known, id, never));
  const asked = r.trace.filter((line) => / tx AT\+(QPING|QIDNSGIP|QIDNSCFG)/.test(line));
  await dismantle(r);
  return { alive, asked: asked.map((line) => line.replace(/^\d+ tx /, '')) };
}

describe('the path through a context', () => {
  it('is alive when the reference host answers a ping', async () => {
    expect(await answer('lte', { referenceHost: 'echo.example' })).toEqual({
      alive: true,
      asked: ['AT+QPING=1,"echo.example",4,2'],
    });
  });

  it('is dead when the reference host does not answer', async () => {
    expect((await answer('lte', { referenceHost: '192.0.2.7' }, true)).alive).toBe(false);
  });

  it('is asked for at the DNS servers of the network where there is no reference host', async () => {
    const { alive, asked } = await answer('rg');
    expect([alive, asked.length]).toEqual([true, 2]);
    expect(asked[0]).toBe('AT+QIDNSCFG=1');
  });

  it('is alive on gsm when the reference name resolves', async () => {
    expect(await answer('gsm', { referenceHost: 'echo.example' })).toEqual({
      alive: true,
      asked: ['AT+QIDNSGIP="echo.example"'],
    });
    expect((await answer('gsm', { referenceHost: 'unknown.example' })).alive).toBe(false);
  });

  it.each(['gsm', 'bc66'] as const)('is dead on %s when nobody can be asked', async (dialect) => {
    expect(await answer(dialect)).toEqual({ alive: false, asked: [] });
  });

  it.each(['a"b', 'a\r', '', 7 as unknown as string])('has no reference host %j', (referenceHost) => {
    expect(() => rig({ referenceHost })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { argument: 'referenceHost' } }),
    );
  });
});
