import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { memoryPortPair } from '../../adapters/memory-port.ts';
import { nativeBindingError, serialOpenError } from '../../adapters/serial-open-error.ts';
import { serialPort } from '../../adapters/serial-port.ts';
import { tcpPort } from '../../adapters/tcp-port.ts';
import { nameOfMatch, portsThatMatch } from '../../adapters/usb-match.ts';
import type { ModemError } from '../../errors.ts';
import { settled, VirtualClock } from '../../streams/clock.ts';
import { type Rig, serialRig, socatIsThere } from './port-rigs.ts';

const failureOf = (attempt: Promise<unknown>): Promise<ModemError> =>
  attempt.then(
    () => Promise.reject(new TypeError('it succeeded')),
    (error) => error,
  );

describe('serial port, opening', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'urchestra-serial-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('says PORT_NOT_FOUND for a path that does not exist', async () => {
    const path = join(directory, 'ttyUSB9');
    const error = await failureOf(serialPort({ path }).open());
    expect(error).toMatchObject({ code: 'PORT_NOT_FOUND', details: { port: `${path} at 115200 baud` } });
    expect(error.message).toMatch(/No such file or directory.*check cable and power/);
  });

  it.each(['a regular file', 'a directory', 'a device that is no terminal'])(
    'says PORT_OPEN_FAILED for %s',
    async (what) => {
      const file = join(directory, 'file');
      await writeFile(file, 'precious');
      const path = { 'a regular file': file, 'a directory': directory }[what] ?? '/dev/null';
      const error = await failureOf(serialPort({ path }).open());
      expect(error).toMatchObject({ code: 'PORT_OPEN_FAILED', name: 'ModemError' });
      expect(error.message).toContain('this is not a serial port');
    },
  );

  it('says PORT_DENIED without the permission', async () => {
    const path = join(directory, 'file');
    await writeFile(path, '', { mode: 0o000 });
    const asRoot = process.getuid?.() === 0;
    // Loads the library while this user may still read it.
    await failureOf(serialPort({ path: join(directory, 'nothing') }).open());
    if (asRoot) process.seteuid?.(65_534);
    const error = await failureOf(serialPort({ path }).open());
    if (asRoot) process.seteuid?.(0);
    expect(error).toMatchObject({ code: 'PORT_DENIED', errno: 'EACCES' });
  });

  it('says what to look for when no USB device matches', async () => {
    const error = await failureOf(serialPort({ path: { vendorId: 'ffff', productId: 'ffff' } }).open());
    // Without udev the ports cannot even be listed.
    expect(['PORT_NOT_FOUND', 'PORT_OPEN_FAILED']).toContain(error.code);
    expect(error.details.port).toBe('USB ffff:ffff at 115200 baud');
  });

  it.each([0, -9600, 1.5, Number.NaN, [], [115_200, 0], '9600' as unknown as number])(
    'refuses %p baud',
    (baudRate) => {
      expect(() => serialPort({ path: '/dev/null', baudRate })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { argument: 'baudRate' } }),
      );
    },
  );
});

const serialCanRun = socatIsThere || process.env['URCHESTRA_REQUIRE_ALL'] === '1';
(serialCanRun ? describe : describe.skip)('serial port on a pseudo terminal (needs socat)', () => {
  let rig: Rig;
  let path: string;
  beforeEach(async () => {
    rig = await serialRig();
    path = rig.port.description.replace(' at 115200 baud', '');
    await rig.port.open();
  });
  afterEach(async () => {
    await rig.port.close();
    await rig.dispose();
  });

  it('is exclusive: a second port over the same device says PORT_BUSY until the first closes', async () => {
    const second = serialPort({ path });
    expect(await failureOf(second.open())).toMatchObject({ code: 'PORT_BUSY', errno: 'EBUSY' });
    await rig.port.close();
    await second.open();
    await second.close();
  });

  it('knows no carrier detect, and refuses to set lines, where there are none', async () => {
    expect(await rig.port.lines?.dcd()).toBeUndefined();
    const failure = await failureOf(rig.port.lines?.set({ dtr: false }) ?? Promise.resolve());
    expect(failure).toMatchObject({ code: 'UNSUPPORTED', details: { port: rig.port.description } });
    await rig.port.write(Buffer.from('AT'));
  });

  it('rejects set() with PORT_LOST while it is closed', async () => {
    await rig.port.close();
    const failure = await failureOf(rig.port.lines?.set({ dtr: false }) ?? Promise.resolve());
    expect(failure).toMatchObject({ code: 'PORT_LOST' });
    expect(await rig.port.lines?.dcd()).toBeUndefined();
  });

  it('is lost when its device node goes away though the driver says nothing', async () => {
    await rig.port.close();
    const clock = new VirtualClock();
    const port = serialPort({ path, clock });
    const losses: ModemError[] = [];
    port.lost$.subscribe((error) => losses.push(error));
    await port.open();
    await clock.advance(1_999);
    await rm(path);
    expect(losses).toEqual([]);
    await clock.advance(1);
    while (losses.length === 0) await settled();
    expect(losses[0]?.message).toContain(`the device ${path} is gone`);
    await port.close();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('serialOpenError', () => {
  it.each([
    ['Error: No such file or directory, cannot open /dev/ttyUSB2', 'PORT_NOT_FOUND'],
    ['Error: No such device, cannot open /dev/ttyUSB2', 'PORT_NOT_FOUND'],
    ['Error: No such device or address, cannot open /dev/ttyUSB2', 'PORT_NOT_FOUND'],
    ['Opening COM4: File not found', 'PORT_NOT_FOUND'],
    ['Error: Permission denied, cannot open /dev/ttyUSB2', 'PORT_DENIED'],
    ['Error: Operation not permitted, cannot open /dev/ttyUSB2', 'PORT_DENIED'],
    ['Opening COM4: Access denied', 'PORT_DENIED'],
    ['Error: Device or resource busy, cannot open /dev/ttyUSB2', 'PORT_BUSY'],
    ['Error Resource temporarily unavailable Cannot lock port', 'PORT_BUSY'],
    ['Error: Input/output error, cannot open /dev/ttyS7', 'PORT_OPEN_FAILED'],
    ['Error baud rate of 12345 is not supported on your platform', 'PORT_OPEN_FAILED'],
    ['something new', 'PORT_OPEN_FAILED'],
  ])('reads "%s" as %s', (text, code) => {
    const cause = new Error(text);
    const error = serialOpenError('/dev/x at 9600 baud', cause);
    expect(error).toMatchObject({ code, cause, details: { port: '/dev/x at 9600 baud' } });
    expect(error.message).toContain(text.replace(/^Error:? /, ''));
  });

  it('says how to repair a native part that does not load', () => {
    const error = nativeBindingError('/dev/x', new Error('No native build was found'));
    expect(error).toMatchObject({ code: 'PORT_OPEN_FAILED' });
    expect(error.message).toMatch(/No native build was found; run `npm rebuild/);
  });
});

describe('portsThatMatch', () => {
  const usb = { vendorId: '2c7c', productId: '0125' };
  const ports = [
    { path: '/dev/ttyS0' },
    { path: '/dev/ttyUSB2', ...usb, serialNumber: 'A', pnpId: 'usb-Quectel_EC25-EUX-if02-port0' },
    { path: '/dev/ttyUSB3', ...usb, serialNumber: 'A', pnpId: 'usb-Quectel_EC25-EUX-if03-port0' },
    { path: '/dev/ttyUSB7', ...usb, serialNumber: 'B', pnpId: 'usb-Quectel_EC25-EUX-if02-port0' },
    { path: 'COM4', vendorId: '2C7C', productId: '0125', pnpId: 'USB\\VID_2C7C&PID_0125&MI_0A\\7&1' },
    { path: '/dev/ttyUSB9', vendorId: '1a86', productId: '7523', pnpId: 'usb-1a86_USB2.0-Serial-if02-port0' },
  ];
  const found = (match: object): string[] =>
    portsThatMatch(ports, { ...usb, ...match }).map((port) => port.path);

  it.each<[object, string[]]>([
    [{}, ['/dev/ttyUSB2', '/dev/ttyUSB3', '/dev/ttyUSB7', 'COM4']],
    [{ vendorId: '0x2C7C', productId: '125' }, ['/dev/ttyUSB2', '/dev/ttyUSB3', '/dev/ttyUSB7', 'COM4']],
    [{ interfaceNumber: 2 }, ['/dev/ttyUSB2', '/dev/ttyUSB7']],
    [{ interfaceNumber: 2, serialNumber: 'B' }, ['/dev/ttyUSB7']],
    [{ interfaceNumber: 10 }, ['COM4']],
    [{ interfaceNumber: 4 }, []],
    [{ productId: '0126' }, []],
  ])('finds for %j %j', (match, paths) => expect(found(match)).toEqual(paths));

  it('is named as people write it', () => {
    expect(nameOfMatch({ ...usb, interfaceNumber: 2 })).toBe('USB 2c7c:0125 interface 2');
  });
});

describe('TCP port, opening', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it.each(['127.0.0.1', 'localhost'])('says what to try when %s refuses', async (host) => {
    await new Promise((resolve) => server.close(resolve));
    const error = await failureOf(tcpPort({ host, port }).open());
    expect(error).toMatchObject({ code: 'PORT_OPEN_FAILED', details: { port: `tcp://${host}:${port}` } });
    expect(error.message).toMatch(/ECONNREFUSED.*; nothing listens there: check that ser2net/);
  });

  it('is lost when the server ends the connection, even if it reads nothing more', async () => {
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const host = tcpPort({ host: '127.0.0.1', port });
    await host.open();
    const loss = firstValueFrom(host.lost$);
    const far = (await accepted).pause();
    const pending = expect(host.write(Buffer.alloc(32 << 20))).rejects.toMatchObject({ code: 'PORT_LOST' });
    far.end();
    expect((await loss).message).toContain('the server closed the connection');
    await pending;
    await host.close();
    far.destroy();
  });

  it('gives up at the limit', async () => {
    const clock = new VirtualClock();
    // 192.0.2.0/24 is reserved for documentation: nobody answers, or the route is refused at once.
    const opening = failureOf(tcpPort({ host: '192.0.2.1', port: 9, connectTimeoutMs: 3_000, clock }).open());
    await clock.advance(3_000);
    expect(await opening).toMatchObject({ code: 'PORT_OPEN_FAILED' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('refuses a port number that cannot be', () => {
    expect(() => tcpPort({ host: '127.0.0.1', port: 70_000 })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { argument: 'port' } }),
    );
  });

  it('writes an IPv6 address in brackets', () => {
    expect(tcpPort({ host: '::1', port: 1 }).description).toBe('tcp://[::1]:1');
  });

  it('has no control lines', () => {
    expect(tcpPort({ host: '127.0.0.1', port }).lines).toBeUndefined();
  });
});

describe('memory port', () => {
  it.each(['PORT_NOT_FOUND', 'PORT_BUSY', 'PORT_DENIED', 'PORT_OPEN_FAILED'] as const)(
    'refuses to open with %s until it is told otherwise',
    async (code) => {
      const { host, far } = memoryPortPair();
      far.refuseOpen(code);
      expect(await failureOf(host.open())).toMatchObject({ code });
      far.refuseOpen();
      await host.open();
      await host.close();
    },
  );

  it('shows the levels of the lines, both up after an open', async () => {
    const { host, far } = memoryPortPair();
    await host.open();
    expect(far.lines).toEqual({ dtr: true, rts: true });
    await host.lines?.set({ dtr: false });
    expect(far.lines).toEqual({ dtr: false, rts: true });
    await host.close();
    expect(far.lines).toEqual({ dtr: false, rts: false });
  });

  it('shows carrier detect to the host', async () => {
    const { host, far } = memoryPortPair();
    await host.open();
    expect(await host.lines?.dcd()).toBe(false);
    far.setDcd(true);
    expect(await host.lines?.dcd()).toBe(true);
    await host.close();
  });

  it('holds writes back and lets them go in order', async () => {
    const { host, far } = memoryPortPair();
    const received: string[] = [];
    far.bytes$.subscribe((bytes) => received.push(Buffer.from(bytes).toString()));
    await host.open();
    far.hold();
    const writes = Promise.all([host.write(Buffer.from('A')), host.write(Buffer.from('B'))]);
    await settled();
    expect(received).toEqual([]);
    far.resume();
    await writes;
    expect(received).toEqual(['A', 'B']);
    await host.close();
  });

  it('delivers a microtask after the write of the far end, not inside it', async () => {
    const { host, far } = memoryPortPair();
    let count = 0;
    host.bytes$.subscribe((bytes) => {
      count += bytes.length;
    });
    await host.open();
    far.write(Buffer.from('AT'));
    expect(count).toBe(0);
    await Promise.resolve();
    expect(count).toBe(2);
    await host.close();
  });

  it('gives each side bytes of its own', async () => {
    const { host, far } = memoryPortPair();
    const received: Uint8Array[] = [];
    far.bytes$.subscribe((bytes) => received.push(bytes));
    host.bytes$.subscribe((bytes) => received.push(bytes));
    await host.open();
    const bytes = Buffer.from('AT');
    far.write(bytes);
    await host.write(bytes);
    await settled();
    bytes.fill(0);
    expect(received.map(String)).toEqual(['AT', 'AT']);
    await host.close();
  });
});
