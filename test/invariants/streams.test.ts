/** Invariants 1, 2, 3, 6 and 7 of the design, under generated payloads, chunkings and faults. */
import fc from 'fast-check';
import { concatMap, from, type Observable } from 'rxjs';
import { AtChannel } from '../../adapters/channel/at-channel.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { createModem, type ModemSocket, memoryPortPair, type Port } from '../../index.ts';
import {
  echoPeer,
  type Fault,
  type FaultRule,
  memoryNetwork,
  sinkPeer,
  VirtualModule,
  virtualPort,
} from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { dismantle, type Rig, rig } from '../integration/rig.ts';

const PROBE = {
  replyMs: 1000,
  quietMs: 300,
  tries: 3,
  guardMs: 1100,
  sendInputTimeoutMs: 0,
  escapeAfterTries: 0,
};

/** What a hostile or unlucky peer sends: everything that a module says itself. */
const LOOK_ALIKES = [
  '\r\nOK\r\n',
  '\r\nERROR\r\n',
  '\r\nSEND OK\r\n',
  '\r\n+QIURC: "closed",0\r\n',
  '\r\n+QIURC: "pdpdeact",1\r\n',
  '\r\n+QIRD: 5\r\n',
  '\r\nRDY\r\n',
  'AT+CFUN=1,1\r',
  '\r\n> ',
  '+++',
  '\x1a',
  '\x1b',
];

const payload = fc
  .array(
    fc.oneof(
      fc.constantFrom(...LOOK_ALIKES).map((text) => Buffer.from(text, 'latin1')),
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts))
  .filter((bytes) => bytes.length > 0);

const sendFault = fc.constantFrom<Fault>(
  { kind: 'sendFail' },
  { kind: 'sendFail', partly: 3 },
  { kind: 'sendError' },
  { kind: 'sendError', accepted: true },
  { kind: 'sendSilent' },
);

const lineFault = fc.constantFrom<Fault>(
  { kind: 'urcInResponse' },
  { kind: 'urcInResponse', place: 'between' },
  { kind: 'loseUrc', urc: 'recv' },
  { kind: 'garbage', bytes: 40 },
  { kind: 'dribble', gapMs: 1 },
  { kind: 'delay', ms: 1500 },
);

const rules = (fault: fc.Arbitrary<Fault>): fc.Arbitrary<FaultRule[]> =>
  fc.array(
    fc.record({
      when: fc.record({
        onCommand: fc.constantFrom('AT+QISEND', 'AT+QIRD'),
        every: fc.integer({ min: 2, max: 7 }),
      }),
      fault,
    }),
    { maxLength: 3 },
  );

async function connected(r: Rig): Promise<ModemSocket> {
  await r.clock.runUntil(r.modem.start());
  return r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
}

/** Writes everything to an echo peer and resolves with what came back. */
async function echo(r: Rig, data: Buffer): Promise<Buffer> {
  r.network.listen(7000, echoPeer);
  const socket = await connected(r);
  const parts: Buffer[] = [];
  const complete = new Promise<void>((resolve, reject) => {
    let length = 0;
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      parts.push(chunk);
      length += chunk.length;
      if (length >= data.length) resolve();
    });
  });
  socket.write(data);
  await r.clock.runUntil(complete);
  return Buffer.concat(parts);
}

/** A port that cuts what it receives into pieces of the given sizes. */
function resplit(port: Port, sizes: readonly number[]): Port {
  let turn = 0;
  const pieces = (chunk: Uint8Array): Uint8Array[] => {
    const result: Uint8Array[] = [];
    for (let at = 0; at < chunk.length; ) {
      const size = sizes[turn++ % sizes.length] ?? 1;
      result.push(chunk.subarray(at, at + size));
      at += size;
    }
    return result;
  };
  const bytes$: Observable<Uint8Array> = port.bytes$.pipe(concatMap((chunk) => from(pieces(chunk))));
  return Object.create(port, {
    bytes$: { value: bytes$ },
    open: { value: () => port.open() },
    close: { value: () => port.close() },
    write: { value: (bytes: Uint8Array) => port.write(bytes) },
  }) as Port;
}

describe('invariant 1: one command is in flight', () => {
  it('writes the next command only after the final result, whatever stands on the line', async () => {
    await fc.assert(
      fc.asyncProperty(payload, rules(fc.oneof(lineFault, sendFault)), async (data, faults) => {
        const r = rig({}, { faults: { rules: faults } });
        await echo(r, data);
        await dismantle(r); // the module records every command that overlaps another
      }),
      { numRuns: 25 },
    );
  });

  it('lets a result for nobody complete nothing', async () => {
    const clock = new VirtualClock();
    const { host, far } = memoryPortPair();
    await host.open();
    const data = { guardMs: 1100, replyMs: 2000 };
    const timing = { drainMs: 1000, payloadQuietMs: 5000, probe: PROBE, data };
    const channel = new AtChannel({ port: host, dialect: lte, clock, timing, queueLimit: 8 });
    channel.listen();
    const written: string[] = [];
    far.bytes$.subscribe((bytes) => written.push(Buffer.from(bytes).toString('latin1')));
    far.write(Buffer.from('\r\nOK\r\n\r\nSEND OK\r\n\r\n+CSQ: 1,1\r\n')); // for nobody
    await clock.advance(0);
    const outcome = channel.execute(lte.commands.querySignal());
    let isDone = false;
    void outcome.then(() => (isDone = true));
    await clock.advance(5000);
    expect(written).toEqual(['AT+CSQ\r']);
    expect(isDone).toBe(false);
    far.write(Buffer.from('\r\nSEND OK\r\n')); // not a result of this command either
    await clock.advance(0);
    expect(isDone).toBe(false);
    far.write(Buffer.from('\r\n+CSQ: 20,99\r\n\r\nOK\r\n'));
    expect(await clock.runUntil(outcome)).toMatchObject({ kind: 'ok', value: { rssi: 20 } });
    channel.close();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('invariant 2: payload is counted, never searched', () => {
  it('delivers whatever the peer sends, and nothing in it changes a state', async () => {
    await fc.assert(
      fc.asyncProperty(payload, async (data) => {
        const r = rig();
        const back = await echo(r, data);
        expect(back.equals(data)).toBe(true);
        expect(r.steps).toEqual(['online']);
        await dismantle(r);
      }),
      { numRuns: 40 },
    );
  });
});

describe('invariant 3: chunking does not matter', () => {
  it('delivers the same bytes and takes the same steps however the received bytes are cut', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(payload, sizes, async (data, cut) => {
        const clock = new VirtualClock(1_000_000);
        const network = memoryNetwork(clock, { latencyMs: 20 });
        const module = new VirtualModule({ dialect: 'lte', clock, network });
        const port = resplit(virtualPort(module), cut);
        const modem = createModem({ port, dialect: 'lte', contexts: [{ apn: 'internet' }], clock });
        const steps: string[] = [];
        modem.recoveries$.subscribe(({ step }) => steps.push(step));
        const r: Rig = { clock, network, module, modem, events: [], trace: [], steps };
        const back = await echo(r, data);
        expect(back.equals(data)).toBe(true);
        expect(steps).toEqual(['online']);
        await dismantle(r);
      }),
      { numRuns: 30 },
    );
  });
});

describe('invariant 6: nothing is lost, nothing is doubled', () => {
  it('gives the peer exactly the written bytes, in order, whatever happens to the sends', async () => {
    await fc.assert(
      fc.asyncProperty(payload, rules(sendFault), async (data, faults) => {
        const r = rig({}, { faults: { rules: faults } });
        const sink = sinkPeer();
        r.network.listen(7000, sink.accept);
        const socket = await connected(r);
        socket.resume();
        socket.write(data);
        await r.clock.runUntil(socket.acknowledged());
        expect(Buffer.from(sink.take()).equals(data)).toBe(true);
        await dismantle(r);
      }),
      { numRuns: 40 },
    );
  });

  it('gives the peer a prefix of the written bytes, at least what the error calls acknowledged, when the socket dies', async () => {
    const end = fc.constantFrom<Fault>(
      { kind: 'pdpdeact' },
      { kind: 'reboot' },
      { kind: 'hang' },
      { kind: 'peerClose' },
      { kind: 'portLost', forMs: 3000 },
    );
    await fc.assert(
      fc.asyncProperty(payload, end, fc.integer({ min: 0, max: 4000 }), async (data, fault, afterMs) => {
        const r = rig();
        const sink = sinkPeer();
        r.network.listen(7000, sink.accept);
        const socket = await connected(r);
        const error = new Promise<Error | undefined>((resolve) => {
          socket.once('error', resolve);
          socket.once('close', () => resolve(undefined));
        });
        socket.resume();
        const writes = setEvery(r, 100, () => socket.writable && socket.write(data));
        await r.clock.advance(afterMs);
        r.module.inject(fault);
        const failure = await r.clock.runUntil(error);
        writes();
        const written = Buffer.concat(Array.from({ length: 400 }, () => data));
        const taken = Buffer.from(sink.take());
        expect(taken.equals(written.subarray(0, taken.length))).toBe(true);
        expect(taken.length).toBeGreaterThanOrEqual(socket.bytesAcknowledged);
        if (failure)
          expect(failure).toMatchObject({ details: { bytesAcknowledged: socket.bytesAcknowledged } });
        await dismantle(r);
      }),
      { numRuns: 40 },
    );
  });
});

function setEvery(r: Rig, everyMs: number, task: () => void): () => void {
  let timer: unknown;
  const turn = (): void => {
    task();
    timer = r.clock.setTimeout(turn, everyMs);
  };
  turn();
  return () => r.clock.clearTimeout(timer);
}

describe('invariant 7: recv is a hint', () => {
  it('delivers everything although every recv URC is lost', async () => {
    const r = rig(
      {},
      { faults: { rules: [{ when: { onUrc: 'recv', every: 1 }, fault: { kind: 'loseUrc', urc: 'recv' } }] } },
    );
    const data = Buffer.alloc(30_000, 'abcdefg');
    const back = await echo(r, data);
    expect(back.equals(data)).toBe(true);
    await dismantle(r);
  });

  it('leaves bytes in the module and stops the peer while nobody reads', async () => {
    const r = rig();
    let toPeer = 0;
    r.network.listen(7000, (peer) => {
      toPeer = 1;
      peer.write(Buffer.alloc(300_000, 1));
    });
    const socket = await connected(r);
    socket.on('readable', () => undefined); // interested, but never reads
    await r.clock.advance(60_000);
    expect(toPeer).toBe(1);
    expect(socket.readableLength).toBeLessThanOrEqual(socket.readableHighWaterMark + 1500);
    const [view] = r.module.state.sockets;
    expect(view).toMatchObject({ unreadBytes: expect.any(Number) });
    const reads = r.trace.filter((line) => line.includes('AT+QIRD=')).length;
    await r.clock.advance(60_000);
    expect(r.trace.filter((line) => line.includes('AT+QIRD=')).length).toBe(reads);
    await dismantle(r);
  });
});
