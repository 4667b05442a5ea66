/** Invariants 13 and 14 of the design: secrets stay in, nothing is injected. */
import fc from 'fast-check';
import { createModem, isModemError, memoryPortPair } from '../../index.ts';
import { echoPeer } from '../../simulator/index.ts';
import { dismantle, rig } from '../integration/rig.ts';

const CANARIES = { username: 'canary-user', password: 'canary-password', pin: '7395' };

describe('invariant 13: secrets stay in', () => {
  it('shows user name, password, PIN, IMSI, IMEI and ICCID in no trace, error, log or step', async () => {
    const said: string[] = [];
    const log = (fields: object, message: string): void =>
      void said.push(`${message} ${JSON.stringify(fields)}`);
    const r = rig(
      {
        contexts: [{ apn: 'internet', username: CANARIES.username, password: CANARIES.password }],
        pin: CANARIES.pin,
        logger: { info: log, warn: log, error: log },
      },
      { sim: { pin: CANARIES.pin } },
    );
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    r.module.inject({ kind: 'refuseActivation', times: 3 });
    r.module.inject({ kind: 'pdpdeact' });
    await r.clock.advance(60_000);
    const identities: string[] = [];
    for (const command of ['AT+CIMI', 'AT+CGSN', 'AT+QCCID', 'AT+QICSGP=1']) {
      const { lines } = await r.clock.runUntil(r.modem.execute(command));
      identities.push(...lines.map(({ text }) => text).filter((text) => /^\d{14,}$/.test(text)));
    }
    expect(identities.length).toBe(3);
    const everything = [...r.trace, ...r.steps, ...said, JSON.stringify(r.modem.status)].join('\n');
    for (const secret of [...Object.values(CANARIES), ...identities])
      expect(everything).not.toContain(secret);
    expect(everything).toContain('AT+QICSGP=1,1,"internet","***","***"');
    await dismantle(r);
  });
});

describe('invariant 14: no injection', () => {
  it('writes nothing and says INVALID_ARGUMENT for strings that would break the command line', async () => {
    const hostile = fc
      .tuple(fc.string(), fc.constantFrom('\r', '\n', '"', '\0', '\x1b', 'é'), fc.string())
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom('apn', 'username', 'password'), async (text, place) => {
        const { host, far } = memoryPortPair();
        const written: Uint8Array[] = [];
        far.bytes$.subscribe((bytes) => written.push(bytes));
        const contexts = [{ apn: 'internet', [place]: text }];
        const attempt = (): unknown => createModem({ port: host, dialect: 'lte', contexts });
        expect(attempt).toThrow(
          expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { argument: place } }),
        );
        expect(written).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses such host names and commands of a running modem before anything is written', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const before = r.trace.length;
    for (const host of ['a\r\nAT+CFUN=1,1', 'a"b', '', 'ü.example', 'x'.repeat(300)]) {
      expect(() => r.modem.createConnection({ host, port: 7000 })).toThrow(/host/);
    }
    for (const text of ['AT\rAT+CFUN=1,1', 'hello', 'ATQ1', 'ATV0', 'AT+IPR=9600', '']) {
      const error = await r.modem.execute(text).catch((e: unknown) => e);
      expect(isModemError(error, 'INVALID_ARGUMENT')).toBe(true);
    }
    expect(r.trace.length).toBe(before);
    await dismantle(r);
  });
});
