import { randomBytes } from 'node:crypto';
import { firstValueFrom } from 'rxjs';
import type { ModemError } from '../../errors.ts';
import { settled } from '../../streams/clock.ts';
import { memoryRig, type Rig, serialRig, socatIsThere, tcpRig } from './port-rigs.ts';

const LOST = { name: 'ModemError', code: 'PORT_LOST' };
const rigs: readonly [string, () => Promise<Rig>][] = [
  ['memory port', memoryRig],
  ['TCP port', tcpRig],
];

describe.each(rigs)('%s', (_name, create) => contractOf(create));

const serialCanRun = socatIsThere || process.env['URCHESTRA_REQUIRE_ALL'] === '1';
(serialCanRun ? describe : describe.skip)('serial port (needs socat)', () => {
  it('has socat to test against', () => expect(socatIsThere).toBe(true));
  contractOf(serialRig);
});

function contractOf(create: () => Promise<Rig>): void {
  let rig: Rig;
  let received: Buffer[];
  let seen: Buffer[];
  let losses: ModemError[];

  beforeEach(async () => {
    rig = await create();
    [received, seen, losses] = [[], [], []];
    // Kept without a copy: the buffers belong to the receiver, so nothing may change them later.
    rig.onBytes((bytes) => received.push(viewOf(bytes)));
    rig.port.bytes$.subscribe((bytes) => seen.push(viewOf(bytes)));
    rig.port.lost$.subscribe((error) => losses.push(error));
  });
  afterEach(async () => {
    await rig.port.close();
    await rig.dispose();
  });

  const open = async (): Promise<void> => {
    await rig.port.open();
    await rig.ready();
  };
  /** Resolves when `chunks` hold `length` bytes; the next chunk is the event that is waited for. */
  const gathered = async (chunks: () => Buffer[], length: number): Promise<Buffer> => {
    while (chunks().reduce((sum, chunk) => sum + chunk.length, 0) < length) await settled();
    return Buffer.concat(chunks());
  };
  const exchanges = async (marker: string): Promise<void> => {
    [received, seen] = [[], []];
    await rig.port.write(Buffer.from(marker));
    expect((await gathered(() => received, marker.length)).toString()).toBe(marker);
    rig.send(Buffer.from(marker));
    expect((await gathered(() => seen, marker.length)).toString()).toBe(marker);
  };

  it('carries bytes both ways', async () => {
    await open();
    await exchanges('AT\r\n');
  });

  it('stays as it is when it is opened twice', async () => {
    await open();
    await rig.port.open();
    await exchanges('AT\r\n');
  });

  it('shares one opening between concurrent calls', async () => {
    await Promise.all([rig.port.open(), rig.port.open()]);
    await rig.ready();
    await exchanges('AT\r\n');
  });

  it('opens again after close', async () => {
    for (const round of ['first', 'second', 'third']) {
      await open();
      await exchanges(round);
      await rig.port.close();
      await rig.released();
    }
  });

  it('waits for the close when it is opened during it', async () => {
    await open();
    const closing = rig.port.close();
    const opening = rig.port.open();
    await Promise.all([closing, opening]);
    await rig.ready();
    await rig.port.write(Buffer.from('AT'));
  });

  it('rejects an opening that is closed meanwhile', async () => {
    const opening = rig.port.open();
    const refused = expect(opening).rejects.toMatchObject({ code: 'PORT_OPEN_FAILED' });
    await rig.port.close();
    await refused;
    await expect(rig.port.write(Buffer.from('AT'))).rejects.toMatchObject(LOST);
  });

  it('emits lost$ once when the far end vanishes, and opens again when it is back', async () => {
    for (const round of [1, 2]) {
      await open();
      const loss = firstValueFrom(rig.port.lost$);
      await rig.vanish();
      expect(await loss).toMatchObject({ ...LOST, details: { port: rig.port.description } });
      await expect(rig.port.write(Buffer.from('AT'))).rejects.toMatchObject(LOST);
      await rig.port.close();
      await settled();
      expect(losses).toHaveLength(round);
      await rig.appear();
    }
    await open();
    await exchanges('back');
  });

  it('does not emit lost$ on close', async () => {
    await open();
    await rig.port.close();
    await rig.released();
    await settled();
    expect(losses).toEqual([]);
  });

  it('rejects open with a coded error while the far end is away', async () => {
    await rig.vanish();
    await expect(rig.port.open()).rejects.toMatchObject({
      name: 'ModemError',
      code: expect.stringMatching(/^PORT_(NOT_FOUND|OPEN_FAILED)$/),
      message: expect.stringContaining(rig.port.description),
      details: { port: rig.port.description },
    });
    expect(losses).toEqual([]);
  });

  it('delivers nothing from inside write', async () => {
    await open();
    rig.onBytes((bytes) => rig.send(bytes));
    let inside = true;
    const echo = firstValueFrom(rig.port.bytes$).then(() => inside);
    const writing = rig.port.write(Buffer.from('AT'));
    expect(seen).toEqual([]);
    inside = false;
    await writing;
    expect(await echo).toBe(false);
  });

  it('delivers nothing while it is closed', async () => {
    await open();
    await exchanges('open');
    rig.send(randomBytes(1_000));
    const closing = rig.port.close();
    seen = [];
    rig.send(Buffer.from('late'));
    await closing;
    await rig.released();
    await settled();
    expect(seen).toEqual([]);
  });

  it('keeps the order of concurrent writes', async () => {
    await open();
    const texts = Array.from({ length: 200 }, (_, n) => `${n},`.repeat(1 + (n % 7)));
    await Promise.all(texts.map((text) => rig.port.write(Buffer.from(text))));
    const all = texts.join('');
    expect((await gathered(() => received, all.length)).toString()).toBe(all);
  });

  it('carries 1 MiB each way at once, byte for byte', async () => {
    await open();
    const [out, back] = [randomBytes(1 << 20), randomBytes(1 << 20)];
    rig.send(back);
    for (let at = 0; at < out.length; at += 1_460) await rig.port.write(out.subarray(at, at + 1_460));
    expect((await gathered(() => received, out.length)).equals(out)).toBe(true);
    expect((await gathered(() => seen, back.length)).equals(back)).toBe(true);
  });

  it('rejects a write before the first open and after close', async () => {
    await expect(rig.port.write(Buffer.from('AT'))).rejects.toMatchObject(LOST);
    await open();
    await rig.port.close();
    await expect(rig.port.write(Buffer.from('AT'))).rejects.toMatchObject(LOST);
  });

  it('closes at once when it is not open, and as often as it is asked', async () => {
    await rig.port.close();
    await open();
    await Promise.all([rig.port.close(), rig.port.close()]);
    await rig.port.close();
    await rig.released();
  });

  it('settles pending writes on close when the far end does not read', async () => {
    await open();
    rig.stopReading();
    const much = Buffer.alloc(32 << 20);
    const outcomes = Promise.allSettled([rig.port.write(much), rig.port.write(much)]);
    await settled();
    await rig.port.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: LOST });
    }
    await rig.released();
  });

  it('settles pending writes when the far end vanishes', async () => {
    await open();
    rig.stopReading();
    const outcomes = Promise.allSettled([
      rig.port.write(Buffer.alloc(32 << 20)),
      rig.port.write(Buffer.alloc(1)),
    ]);
    await settled();
    await rig.vanish();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: LOST });
    }
    expect(losses).toHaveLength(1);
  });

  it('leaves no handle and no timer behind', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await open();
    await exchanges('AT\r\n');
    await rig.port.close();
    await rig.released();
    expect(timers()).toBe(before);
  });
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
