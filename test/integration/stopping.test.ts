/** What has a connect id when the modem is stopped gets its last word, whatever the module does meanwhile. */
import type { EventEmitter } from 'node:events';
import type { ModemSocket } from '../../index.ts';
import { echoPeer } from '../../simulator/index.ts';
import { delay } from '../../streams/clock.ts';
import { type Rig, rig } from './rig.ts';

function lastWords(emitter: EventEmitter): string[] {
  const words: string[] = [];
  emitter.on('error', (error: { code: string }) => words.push(error.code));
  emitter.on('close', () => words.push('close'));
  return words;
}

async function stopped(r: Rig): Promise<void> {
  await r.clock.runUntil(r.modem.stop());
  await r.clock.advance(0);
  r.module.dispose();
  await r.clock.advance(100);
  expect(r.clock.pendingTimers).toBe(0);
}

async function accepted(r: Rig): Promise<{ socket: ModemSocket; close: () => Promise<void> }> {
  const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
  const sockets: ModemSocket[] = [];
  server.on('connection', (one) => sockets.push(one));
  r.network.dial(2020).write(Buffer.from('hello'));
  await r.clock.advance(1_000);
  const [socket] = sockets;
  if (socket === undefined) throw new Error('nobody was accepted');
  return { socket, close: () => server.close() };
}

describe('stop()', () => {
  it('closes a connection whose listener is closing already', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const { socket, close } = await accepted(r);
    const words = lastWords(socket);
    void close();
    await stopped(r);
    expect([words, socket.destroyed]).toEqual([['close'], true]);
  });

  it('closes a connection that was accepted, and does not wait for who reads it', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const { socket } = await accepted(r);
    const words = lastWords(socket);
    const startMs = r.clock.now();
    await stopped(r);
    expect([words, r.clock.now() - startMs < 1_000]).toEqual([['close'], true]);
  });

  it('closes everything when the module says nothing any more', async () => {
    const r = rig();
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const server = await r.clock.runUntil(r.modem.listen({ port: 2020 }));
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    const words = [server, udp, socket].map(lastWords);
    r.module.inject({ kind: 'hang' });
    await stopped(r);
    expect(words).toEqual([['close'], ['close'], ['close']]);
  });
});

describe('a write to the store that is under way', () => {
  it('is durable before stop() resolves', async () => {
    const log: string[] = [];
    const r: Rig = rig({
      recovery: { commandTimeoutMs: 1_000 },
      store: {
        read: async () => undefined,
        write: async () => {
          log.push('begun');
          await delay(r.clock, 2_000);
          log.push('durable');
        },
      },
    });
    await r.clock.runUntil(r.modem.start());
    r.module.inject({ kind: 'hang' });
    r.modem.query(r.modem.dialect.commands.querySignal()).catch(() => undefined);
    while (log.length === 0) await r.clock.advance(100);
    await stopped(r);
    expect(log).toEqual(['begun', 'durable']);
  });
});
