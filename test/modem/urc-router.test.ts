/** Notices that name nobody, or several. */
import { gsm } from '../../adapters/dialects/gsm.ts';
import { UrcRouter, type UrcRouterParts } from '../../adapters/modem/urc-router.ts';
import { VirtualClock } from '../../streams/clock.ts';

/** @param contexts the active ones. */
async function written(contexts: readonly number[], sockets: Readonly<Record<number, object>> = {}) {
  const clock = new VirtualClock();
  const commands: string[] = [];
  const context = {
    activeContexts: Object.fromEntries(contexts.map((id) => [id, true])),
    socketActors: sockets,
  };
  const parts = {
    ...{ dialect: gsm, clock, opener: {} },
    actor: { getSnapshot: () => ({ context }), send: () => undefined },
    channel: {
      execute: ({ text }: { readonly text: string }) => {
        commands.push(text);
        return Promise.resolve({ kind: 'ok', value: undefined, result: 'CLOSE OK' });
      },
    },
  } as unknown as UrcRouterParts;
  new UrcRouter(parts).route({ name: 'open_result', connectId: 2, result: 'CONNECT OK' });
  await clock.advance(1);
  return commands;
}

describe('a registration', () => {
  it('is told as the module tells it by itself; the answer to a question that comes too late is no news', () => {
    const told: string[] = [];
    const actor = {
      getSnapshot: () => ({ context: { activeContexts: {} } }),
      send: ({ type }: { type: string }) => told.push(type),
    };
    const parts = { dialect: gsm, clock: new VirtualClock(), opener: {}, channel: {}, actor };
    const router = new UrcRouter(parts as unknown as UrcRouterParts);
    const registration = { name: 'registration', domain: 'packet', state: 1 } as const;
    router.route({ ...registration, fields: [0, 1] });
    router.route({ ...registration, state: 2, fields: [2] });
    expect(told).toEqual([]);
    router.route({ ...registration, fields: [1] });
    router.route({ ...registration, fields: [1, '00C3', '1234'] });
    expect(told).toEqual(['urc.registered', 'urc.registered']);
  });
});

describe('a connection that was opened for nobody', () => {
  it('is closed: it would keep its index, and an open of the same index would write to its peer', async () => {
    expect(await written([0])).toEqual(['AT+QICLOSE=2']);
  });

  it('is left alone where it is not known in which context it stands, or when somebody has the index', async () => {
    expect(await written([0, 1])).toEqual([]);
    expect(await written([])).toEqual([]);
    const connected = { getSnapshot: () => ({ matches: () => false }) };
    expect(await written([0], { 2: connected })).toEqual([]);
  });
});
