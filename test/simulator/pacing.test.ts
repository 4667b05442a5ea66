import type { MemoryPeer } from '../../simulator/index.ts';
import { SerialLine } from '../../simulator/serial-line.ts';
import type { Clock } from '../../streams/clock.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { bench, closeBenches } from './host.ts';

afterEach(closeBenches);

describe('a serial line', () => {
  it.each([9600, 115_200, 921_600])('carries bytes at %i baud in ten bit times each', async (baud) => {
    const clock = new VirtualClock();
    let received = 0;
    let lastMs = 0;
    const line = new SerialLine(clock, baud, (bytes) => {
      received += bytes.length;
      lastMs = clock.now();
    });
    line.send(new Uint8Array(6000));
    line.send(new Uint8Array(4000));
    await clock.advance(20_000);
    expect(received).toBe(10_000);
    expect(lastMs).toBeCloseTo((10_000 * 10_000) / baud, 3);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps moving when the clock has run for years: a byte time is then near the resolution of a number', async () => {
    const clock = new VirtualClock(1e11);
    let deliveries = 0;
    let received = 0;
    const line = new SerialLine(clock, 3_000_000, (bytes) => {
      deliveries++;
      received += bytes.length;
    });
    let sent = 0;
    for (let block = 1; block <= 300; block++) {
      const length = ((block * 37) % 90) + 1;
      line.send(new Uint8Array(length));
      sent += length;
      await clock.advance(0.7);
    }
    expect(received).toBe(sent);
    expect(deliveries).toBeLessThanOrEqual(600);
  });

  it('reaches its rate with timers that are late by 15 ms', async () => {
    const clock = new VirtualClock();
    const coarse: Clock = {
      now: () => clock.now(),
      setTimeout: (task, delayMs) =>
        clock.setTimeout(task, Math.ceil((clock.now() + delayMs) / 15) * 15 - clock.now()),
      clearTimeout: (handle) => clock.clearTimeout(handle),
    };
    let received = 0;
    const line = new SerialLine(coarse, 115_200, (bytes) => {
      received += bytes.length;
    });
    line.send(new Uint8Array(100_000));
    await clock.advance(6000);
    expect(received).toBeGreaterThan(11_520 * 5.9);
    expect(received).toBeLessThanOrEqual(11_520 * 6);
  });

  it('keeps what is sent while it is held', async () => {
    const clock = new VirtualClock();
    let received = '';
    const line = new SerialLine(clock, undefined, (bytes) => {
      received += Buffer.from(bytes).toString();
    });
    line.hold();
    line.send(Buffer.from('abc'));
    await clock.advance(1000);
    expect(received).toBe('');
    line.release();
    await clock.advance(0);
    expect(received).toBe('abc');
  });
});

describe('a module at 9600 baud', () => {
  it('hears and answers at the pace of the line', async () => {
    const { module, clock } = bench({ baud: 9600 });
    let lastMs = 0;
    let text = '';
    module.output$.subscribe((bytes) => {
      text += Buffer.from(bytes).toString();
      lastMs = clock.now();
    });
    module.receive(Buffer.from('AT\r'));
    await clock.advance(1000);
    expect(text).toBe('AT\r\r\nOK\r\n');
    // Three bytes in; then the echo overlaps the 2 ms of the command; then six bytes of answer.
    expect(lastMs).toBeCloseTo((12 * 10_000) / 9600, 3);
  });

  it('does not let pushed data pile up in front of the line', async () => {
    const { module, command, network, wait } = bench({ baud: 9600 });
    let peer: MemoryPeer | undefined;
    network.listen(9, (accepted) => {
      peer = accepted;
    });
    await command('AT+QICSGP=1,1,"net"', 500);
    await command('AT+QIACT=1', 500);
    await command('AT+QIOPEN=1,0,"TCP","192.0.2.7",9,0,1', 500);
    peer?.write(Buffer.alloc(100_000));
    await wait(1000);
    const [socket] = module.state.sockets;
    expect(socket?.unreadBytes).toBe(10_240);
    expect(socket?.receivedBytes).toBeLessThan(10_240 + 960 + 4096 + 1500);
    await wait(120_000);
    expect(module.state.sockets[0]).toMatchObject({ receivedBytes: 100_000, unreadBytes: 0 });
  });
});
