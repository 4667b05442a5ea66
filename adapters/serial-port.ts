import { stat } from 'node:fs/promises';
import type { SerialPort } from 'serialport';
import { ModemError } from '../errors.ts';
import { type Clock, systemClock } from '../streams/clock.ts';
import { shownValue } from './dialects/shown-value.ts';
import { errnoOf, messageOf } from './foreign-error.ts';
import { invalid, needClock, needText, readList, readOptions } from './plain-options.ts';
import type { Port, PortLines } from './port.ts';
import { portOver } from './port-lifecycle.ts';
import { nativeBindingError, serialOpenError } from './serial-open-error.ts';
import { pollBothWays } from './serial-poller.ts';
import { type Channel, closedError, openError, type Sink } from './transport.ts';
import { nameOfMatch, portsThatMatch, type UsbMatch } from './usb-match.ts';

type NativePort = Awaited<ReturnType<typeof SerialPort.binding.open>>;

/** How to reach a module on a serial port. */
export interface SerialPortOptions {
  /** The device (`/dev/ttyUSB2`, `/dev/serial0`, `COM4`), or what to look for on USB at each open. */
  readonly path: string | UsbMatch;
  /** 115200 when left out. A list is tried in turn while nothing answers; the module's own rate is never changed. */
  readonly baudRate?: number | readonly number[];
  /** Hardware flow control. Use it wherever the two lines are wired: without it, bursts lose bytes. */
  readonly rtscts?: boolean;
  /** Time between looks whether the device is still there; the system clock when left out. */
  readonly clock?: Clock;
}

/** A module on a serial port or a USB virtual serial port, held exclusively: 8 data bits, no parity, 1 stop bit.
 *
 * Closing does not ask for a DTR drop (`hupcl: false`), because many boards wire DTR to sleep, reset or power. A
 * driver whose setting already is to drop it keeps that; `stty -F /dev/ttyUSB2 -hupcl` switches it off.
 *
 * @example serialPort({ path: { vendorId: '2c7c', productId: '0125', interfaceNumber: 2 }, baudRate: 115_200 })
 * @throws ModemError `INVALID_ARGUMENT` for a baud rate that is not a positive whole number, or an empty list of them.
 */
export function serialPort(options: SerialPortOptions): Port {
  const read = readOptions<SerialPortOptions>(options, ['path', 'baudRate', 'rtscts', 'clock']);
  const { rtscts = false, clock = systemClock } = read;
  const path = checkedPath(read.path);
  const baudRates = checkedRates(read.baudRate ?? 115_200);
  if (typeof rtscts !== 'boolean')
    throw invalid('rtscts', `must be true or false, got ${shownValue(rtscts)}`);
  needClock(clock);
  const line: { baudRate: number; native?: NativePort } = { baudRate: baudRates[0] };
  const description = `${typeof path === 'string' ? path : nameOfMatch(path)} at ${baudRates.join(' or ')} baud`;
  const open = async (sink: Sink): Promise<Channel> => {
    const library = await loadLibrary(description);
    const device = typeof path === 'string' ? path : await findDevice(library, path, description);
    const settings = { path: device, baudRate: line.baudRate, rtscts, lock: true, hupcl: false };
    const port = await library.binding.open(settings).catch((error: unknown) => {
      throw serialOpenError(description, error);
    });
    line.native = port;
    return channelOf(port, description, sink, await watchNode(device, clock, sink));
  };
  return Object.assign(portOver({ description, hasLines: true, open }, clock), {
    modulePort: modulePortOf(path),
    // What waits in front of the line is reckoned by the slowest: a silence that is too long does no harm.
    baudRate: Math.min(...baudRates),
    ...(baudRates.length > 1 && {
      baudRates,
      async setBaudRate(baudRate: number) {
        if (!line.native?.isOpen) throw closedError(description, 'cannot change the baud rate');
        await line.native.update({ baudRate }).catch((error: unknown) => {
          const text = `cannot set ${description} to ${baudRate} baud: ${messageOf(error)}; leave this rate out`;
          throw new ModemError('UNSUPPORTED', text, { port: description }, error);
        });
        line.baudRate = baudRate;
      },
    }),
  });
}

function checkedRates(given: number | readonly number[]): readonly [number, ...number[]] {
  const rates = typeof given === 'number' ? [given] : readList(given, 'baudRate');
  const [first, ...others] = rates as readonly number[];
  const wrong = rates.find((rate) => !Number.isSafeInteger(rate) || Number(rate) <= 0);
  if (first !== undefined && wrong === undefined) return [first, ...others];
  const got = rates.map(shownValue).join(',');
  throw invalid('baudRate', `is a positive whole number such as 115200, or a list of them, got ${got}`);
}

const USB_NAMES = ['vendorId', 'productId', 'interfaceNumber', 'serialNumber'] as const;

function checkedPath(given: unknown): string | UsbMatch {
  if (typeof given !== 'object' || given === null) return needText(given, 'path');
  const match = readOptions<UsbMatch>(given as UsbMatch, USB_NAMES, 'path');
  for (const name of ['vendorId', 'productId'] as const) {
    const id: unknown = match[name];
    if (typeof id !== 'string' || !/^(?:0x)?[0-9a-f]{1,4}$/i.test(id))
      throw invalid(`path.${name}`, `must be hexadecimal, as lsusb prints it, got ${shownValue(id)}`);
  }
  if (match.interfaceNumber !== undefined && !Number.isInteger(match.interfaceNumber))
    throw invalid('path.interfaceNumber', `must be a whole number, got ${shownValue(match.interfaceNumber)}`);
  if (match.serialNumber !== undefined) needText(match.serialNumber, 'path.serialNumber');
  return match as UsbMatch;
}

/** UARTs of a system on a chip; a `ttyUSB` may be the module's own USB port or an adapter on its UART. */
const SOC_UART = /^\/dev\/(?:ttyAMA|ttyS|serial|ttymxc|ttyO|ttyTHS)\d+$/;
const QUECTEL_USB_VENDOR = '2c7c';

function modulePortOf(path: string | UsbMatch): 'uart1' | 'usbat' | undefined {
  if (typeof path === 'string') return SOC_UART.test(path) ? 'uart1' : undefined;
  return path.vendorId.toLowerCase() === QUECTEL_USB_VENDOR ? 'usbat' : undefined;
}

/** Loaded at the first open, so that a machine without the native part can still use TCP and the simulator. */
async function loadLibrary(description: string): Promise<typeof SerialPort> {
  try {
    return (await import('serialport')).SerialPort;
  } catch (error) {
    throw nativeBindingError(description, error);
  }
}

async function findDevice(library: typeof SerialPort, match: UsbMatch, description: string): Promise<string> {
  const ports = await library.list().catch((error: unknown) => {
    const why = `the ports cannot be listed (${messageOf(error)})`;
    throw openError('PORT_OPEN_FAILED', description, why, 'give a path instead', error);
  });
  const [found, ...others] = portsThatMatch(ports, match);
  if (!found) {
    const present = ports.map((port) => port.path).join(', ') || 'none';
    const why = `no such USB device is present (ports: ${present})`;
    throw openError('PORT_NOT_FOUND', description, why, 'check cable and power, compare with `lsusb`');
  }
  if (others.length === 0) return found.path;
  const paths = [found, ...others].map((port) => port.path).join(', ');
  const advice = 'add interfaceNumber (2 is the AT port of most Quectel modules) or serialNumber';
  throw openError('PORT_OPEN_FAILED', description, `several ports fit: ${paths}`, advice);
}

function channelOf(port: NativePort, description: string, sink: Sink, stopWatching: () => void): Channel {
  let isWriting = false;
  pollBothWays(port, () => isWriting);
  readOn(port, sink);
  return {
    lines: linesOf(port, description),
    // Not drained: tcdrain can hang for ever on USB and pseudo terminals. The kernel having the bytes is enough.
    async write(bytes) {
      isWriting = true;
      await port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      isWriting = false;
    },
    async release(discard) {
      stopWatching();
      // With output stuck behind flow control, close(2) would wait up to 30 s for it to drain.
      if (discard && port.isOpen) await port.flush().catch(() => {});
      if (port.isOpen) await port.close();
    },
  };
}

/** Reads until the port is closed or breaks. Chunks are slices of a pool whose bytes are never written again. */
async function readOn(port: NativePort, sink: Sink): Promise<void> {
  const poolBytes = 16_384;
  const leastBytes = 1_024;
  try {
    for (let pool = Buffer.alloc(poolBytes), used = 0; port.isOpen; ) {
      const { bytesRead } = await port.read(pool, used, pool.length - used);
      sink.bytes(pool.subarray(used, used + bytesRead));
      used += bytesRead;
      if (pool.length - used < leastBytes) [pool, used] = [Buffer.alloc(poolBytes), 0];
    }
  } catch (error) {
    // Also after a close of ours (`canceled`): the session has ended then and nobody listens.
    sink.lost('reading failed', error);
  }
}

/** Notices an unplugging that the driver does not report: the device node goes away, or is made anew. */
async function watchNode(device: string, clock: Clock, sink: Sink): Promise<() => void> {
  const first = await stat(device).catch(() => undefined);
  if (!first) return () => {};
  let timer = clock.setTimeout(look, 2_000);
  let stopped = false;
  async function look(): Promise<void> {
    const now = await stat(device).catch((error: unknown) => errnoOf(error));
    if (stopped) return;
    const gone =
      typeof now === 'object' ? now.ino !== first?.ino || now.rdev !== first.rdev : now === 'ENOENT';
    if (gone) sink.lost(`the device ${device} is gone`);
    else timer = clock.setTimeout(look, 2_000);
  }
  return () => {
    stopped = true;
    clock.clearTimeout(timer);
  };
}

function linesOf(port: NativePort, description: string): PortLines {
  // The driver raises both at open; serialport sets every line at each call, so the others are remembered here.
  let levels = { dtr: true, rts: true };
  return {
    async set(wanted) {
      const next = { ...levels, ...wanted };
      try {
        await port.set({ ...next, brk: false, cts: false, dsr: false });
        levels = next;
      } catch (error) {
        if (!port.isOpen) throw closedError(description, 'cannot set control lines');
        const text = `cannot set control lines of ${description}: ${messageOf(error)}; this port may have none`;
        throw new ModemError('UNSUPPORTED', text, { port: description }, error);
      }
    },
    dcd: () =>
      port.get().then(
        (status) => status.dcd,
        () => undefined,
      ),
  };
}
