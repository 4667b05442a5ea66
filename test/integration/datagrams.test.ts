import type { ModemDatagram, RemoteInfo } from '../../index.ts';
import { dismantle, type Rig, rig } from './rig.ts';
import { randomBytes } from './streams.ts';

interface Message {
  readonly bytes: Buffer;
  readonly from: RemoteInfo;
}

function messagesOf(udp: ModemDatagram): Message[] {
  const messages: Message[] = [];
  udp.on('message', (bytes, from) => messages.push({ bytes, from }));
  return messages;
}

async function closed(r: Rig, udp: ModemDatagram): Promise<void> {
  const done = new Promise<void>((resolve) => udp.once('close', () => resolve()));
  udp.close();
  await r.clock.runUntil(done);
}

const sent = (udp: ModemDatagram, bytes: Uint8Array, port?: number, address?: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null): void => (error ? reject(error) : resolve());
    if (port === undefined || address === undefined) udp.send(bytes, done);
    else udp.send(bytes, port, address, done);
  });

describe.each(['buffer', 'push'] as const)('a UDP service in %s mode', (mode) => {
  it('talks to three peers and neither merges nor splits a datagram', async () => {
    const r = rig();
    const addresses = ['192.0.2.11', '192.0.2.12', '192.0.2.13'];
    const peers = addresses.map((address) => r.network.bindPeer(6969, address));
    const got = peers.map(() => [] as string[]);
    peers.forEach((peer, at) => {
      peer.onMessage = (bytes) => got[at]?.push(Buffer.from(bytes).toString('hex'));
    });
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030, mode }));
    const messages = messagesOf(udp);
    const sizes = [1, 1460, 2, 700, 1100, 10]; // all of it fits into the module's receive buffer
    const outgoing = addresses.map((_, at) => sizes.map((size, turn) => randomBytes(size, at * 100 + turn)));
    await r.clock.runUntil(
      Promise.all(
        sizes.flatMap((_, turn) =>
          addresses.map((address, at) => sent(udp, outgoing[at]?.[turn] ?? Buffer.alloc(0), 6969, address)),
        ),
      ),
    );
    await r.clock.advance(100);
    expect(got).toEqual(outgoing.map((list) => list.map((bytes) => bytes.toString('hex'))));
    const incoming = addresses.map((_, at) =>
      sizes.map((size, turn) => randomBytes(size, 1000 + at * 100 + turn)),
    );
    sizes.forEach((_, turn) => {
      peers.forEach((peer, at) => {
        peer.send(incoming[at]?.[turn] ?? Buffer.alloc(0), 3030);
      });
    });
    await r.clock.advance(5000);
    for (const [at, address] of addresses.entries()) {
      const from = messages.filter((message) => message.from.address === address);
      expect(from.map(({ bytes }) => bytes.toString('hex'))).toEqual(
        incoming[at]?.map((bytes) => bytes.toString('hex')),
      );
      expect(from[0]?.from).toMatchObject({ port: 6969, family: 'IPv4', size: 1 });
    }
    await closed(r, udp);
    await dismantle(r);
  });
});

describe.each(['buffer', 'push'] as const)('a UDP client in %s mode', (mode) => {
  it('keeps the boundaries of what it sends and receives', async () => {
    const r = rig();
    const peer = r.network.bindPeer(5683);
    peer.onMessage = (bytes, { port }) => {
      peer.send(bytes, port);
      peer.send(Buffer.from('and one more'), port);
    };
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.connectUdp({ host: '192.0.2.9', port: 5683, mode }));
    const messages = messagesOf(udp);
    const data = [randomBytes(1460, 1), randomBytes(3, 2), randomBytes(900, 3)];
    for (const bytes of data) await r.clock.runUntil(sent(udp, bytes));
    await r.clock.advance(5000);
    expect(messages.map(({ bytes }) => bytes.toString('latin1'))).toEqual(
      data.flatMap((bytes) => [bytes.toString('latin1'), 'and one more']),
    );
    expect(messages[0]?.from).toMatchObject({ address: '192.0.2.9', port: 5683 });
    await closed(r, udp);
    await dismantle(r);
  });
});

describe('a datagram', () => {
  it.each([
    ['that is too long', Buffer.alloc(1461), 'MESSAGE_TOO_LONG', 'EMSGSIZE'],
    ['that is empty', Buffer.alloc(0), 'INVALID_ARGUMENT', undefined],
  ])('%s is refused before anything is written', async (_, bytes, code, errno) => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const before = r.trace.length;
    await expect(r.clock.runUntil(sent(udp, bytes, 6969, '192.0.2.9'))).rejects.toMatchObject({
      code,
      errno,
    });
    expect(r.trace.slice(before).filter((line) => line.includes('QISEND'))).toEqual([]);
    await closed(r, udp);
    await dismantle(r);
  });

  it.each([
    ['without an address', undefined, undefined],
    ['to a name', 6969, 'peer.example'],
    ['to a port that is none', 70_000, '192.0.2.9'],
    ['with a quotation mark in the address', 6969, '1.2.3.4",1\r'],
  ])('%s on a bound socket is an invalid argument', async (_, port, address) => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    await expect(r.clock.runUntil(sent(udp, Buffer.from('x'), port, address))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await closed(r, udp);
    await dismantle(r);
  });

  it('waits and is sent once when the buffer of the module is full', async () => {
    const r = rig(
      {},
      { faults: { rules: [{ when: { onCommand: 'AT+QISEND', every: 3 }, fault: { kind: 'sendFail' } }] } },
    );
    const got: string[] = [];
    r.network.bindPeer(6969, '192.0.2.9').onMessage = (bytes) => got.push(Buffer.from(bytes).toString());
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const texts = Array.from({ length: 12 }, (_, at) => `reading ${at}`);
    await r.clock.runUntil(Promise.all(texts.map((text) => sent(udp, Buffer.from(text), 6969, '192.0.2.9'))));
    await r.clock.advance(1000);
    expect(got).toEqual(texts);
    await closed(r, udp);
    await dismantle(r);
  });

  it('that a send ended with ERROR is not repeated, and its sender is told', async () => {
    const r = rig(
      {},
      {
        faults: {
          rules: [{ when: { onCommand: 'AT+QISEND', nth: 1 }, fault: { kind: 'sendError', accepted: true } }],
        },
      },
    );
    const got: string[] = [];
    r.network.bindPeer(6969, '192.0.2.9').onMessage = (bytes) => got.push(Buffer.from(bytes).toString());
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    await expect(r.clock.runUntil(sent(udp, Buffer.from('first'), 6969, '192.0.2.9'))).rejects.toMatchObject({
      code: 'SEND_FAILED',
    });
    await r.clock.runUntil(sent(udp, Buffer.from('second'), 6969, '192.0.2.9'));
    await r.clock.advance(1000);
    expect(got).toEqual(['first', 'second']);
    await closed(r, udp);
    await dismantle(r);
  });

  it('whose recv notice was lost is found by a poll', async () => {
    const r = rig(
      {},
      { faults: { rules: [{ when: { onUrc: 'recv', every: 1 }, fault: { kind: 'loseUrc', urc: 'recv' } }] } },
    );
    const peer = r.network.bindPeer(6969, '192.0.2.9');
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const messages = messagesOf(udp);
    await r.clock.runUntil(sent(udp, Buffer.from('hello'), 6969, '192.0.2.9'));
    peer.send(Buffer.from('one'), 3030);
    peer.send(Buffer.from('two'), 3030);
    await r.clock.advance(40_000);
    expect(messages.map(({ bytes }) => String(bytes))).toEqual(['one', 'two']);
    await closed(r, udp);
    await dismantle(r);
  });
});

describe('a datagram socket', () => {
  it('ends with ENETDOWN when its context is lost, and its port can be bound again', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const failed = new Promise<Error>((resolve) => udp.once('error', resolve));
    const over = new Promise<void>((resolve) => udp.once('close', () => resolve()));
    r.module.inject({ kind: 'pdpdeact', context: 1 });
    expect(await r.clock.runUntil(failed)).toMatchObject({ code: 'CONTEXT_LOST', errno: 'ENETDOWN' });
    await r.clock.runUntil(over);
    const again = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    await closed(r, again);
    await dismantle(r);
  });

  it('whose local port is taken is refused with EADDRINUSE', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    await expect(r.clock.runUntil(r.modem.bindUdp({ port: 3030 }))).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      errno: 'EADDRINUSE',
    });
    await closed(r, udp);
    await dismantle(r);
  });

  it.each([
    [{ port: 0 }, 'port'],
    [{ port: 3030, mode: 'transparent' as never }, 'mode'],
    [{ port: 3030, context: 2 }, 'context'],
    [{ port: 3030, colour: 1 } as never, 'colour'],
  ])('with the options %j is refused before anything is written', async (options, argument) => {
    const r = rig();
    await expect(r.modem.bindUdp(options)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument },
    });
    await dismantle(r);
  });

  it('ends by stop(), and what waited to be sent is told so', async () => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.bindUdp({ port: 3030 }));
    const waiting = sent(udp, Buffer.from('late'), 6969, '192.0.2.9').catch((error: Error) => error);
    await dismantle(r);
    expect(udp.closed).toBe(true);
    await waiting; // settled, whichever way
  });
});

it.each([5, undefined, null, {}])(
  'a message that is none (%p) is refused, and the socket lives',
  async (message) => {
    const r = rig();
    await r.clock.runUntil(r.modem.start());
    const udp = await r.clock.runUntil(r.modem.connectUdp({ host: '192.0.2.11', port: 6969 }));
    const refusal = new Promise((resolve) =>
      udp.send(message as unknown as string, (error) => resolve(error)),
    );
    expect(await r.clock.runUntil(refusal)).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument: 'message' },
    });
    await r.clock.runUntil(sent(udp, Buffer.from('reading 1')));
    expect(udp.closed).toBe(false);
    await closed(r, udp);
    await dismantle(r);
  },
);
