/** Invariant 13 for what the trace tells of the statecharts; the lines of the wire have tests of their own (test/invariants). */
import fc from 'fast-check';
import type { TraceEntry } from '../../index.ts';
import type { VirtualDialect } from '../../simulator/index.ts';
import { dismantle } from '../integration/rig.ts';
import { contextsOf, DIALECTS, PIN, shownSecrets } from '../invariants/canaries.ts';
import { type Story, story } from './story.ts';

const MODES = {
  lte: ['buffer', 'push', 'transparent'],
  ugxx: ['buffer', 'push'],
  rg: ['buffer', 'push'],
} as const;

async function carry(s: Story, mode: 'buffer' | 'push' | 'transparent', payload: string): Promise<string> {
  await s.clock.runUntil(s.modem.start());
  const socket = await s.clock.runUntil(s.modem.connect({ host: '127.0.0.1', port: 7000, mode }));
  let echo = '';
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => (echo += chunk.toString('latin1')));
  socket.write(Buffer.from(payload, 'latin1'));
  await s.clock.advance(3_000);
  s.module.inject({ kind: 'pdpdeact' });
  await s.clock.advance(15_000);
  return echo;
}

const jsonOf = (entries: readonly TraceEntry[]): string =>
  entries.map((entry) => JSON.stringify(entry)).join('\n');

describe.each(Object.entries(MODES))('payload on %s', (dialect, modes) => {
  it('is in no line of the trace, in any access mode', async () => {
    const canary = fc.string({ unit: fc.constantFrom(...'+QOK"rz7'), minLength: 12, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...modes), canary, async (mode, text) => {
        const payload = `#${text}#`;
        const s = story({ dialect: dialect as VirtualDialect }, { dialect: dialect as VirtualDialect });
        expect(await carry(s, mode, payload)).toBe(payload);
        expect(jsonOf(s.entries)).not.toContain(JSON.stringify(payload).slice(1, -1));
        expect(s.entries.some(({ kind }) => kind === 'transition')).toBe(true);
        await dismantle(s);
      }),
      { numRuns: 10 },
    );
  });
});

describe.each(DIALECTS)('secrets on %s', (dialect) => {
  it('are in no line of the trace, from the start to the end of a wrong PIN', async () => {
    for (const pin of [PIN, '1111']) {
      const options = { dialect, contexts: contextsOf(dialect), pin: PIN };
      const s = story(options, { dialect, sim: { pin } });
      await s.clock.runUntil(s.modem.start().catch(() => undefined));
      await s.clock.advance(30_000);
      expect(shownSecrets(jsonOf(s.entries))).toEqual([]);
      expect(s.entries.some(({ kind, text }) => kind === 'event' && text.includes('unlockingSim'))).toBe(
        true,
      );
      await dismantle(s);
    }
  });

  it('are blanked out where an event has them', async () => {
    const s = story({ dialect, contexts: contextsOf(dialect), pin: PIN }, { dialect, sim: { pin: PIN } });
    await s.clock.runUntil(s.modem.start());
    const before = s.entries.length;
    const words = dialect === 'bc66' ? [] : ['kanarienvogel-27', 'canary-user']; // it has no user names
    const hidden = [PIN, '001010123456789', ...words].map((secret) => ({ secret }));
    for (const members of [...hidden, { password: 'x' }, { answer: { username: 'y' } }])
      s.modem.actor.send({ type: 'urc.activated', contextId: 1, ...members } as never);
    const told = s.entries.slice(before).filter((entry) => entry.kind === 'event' && entry.actor === 'modem');
    expect(told.map(({ text }) => text)).toEqual([
      ...hidden.map(() => 'modem gets urc.activated contextId=1 secret=***'),
      'modem gets urc.activated contextId=1 password=***',
      'modem gets urc.activated contextId=1 answer.username=***',
    ]);
    await dismantle(s);
  });
});
