/** A module, or the box between, that sleeps with everything written to it still in the pipe, and then wakes. */
import { concatMap, type Observable, Subject } from 'rxjs';
import { createModem, type Port, type PowerControl } from '../../index.ts';
import { memoryNetwork, sinkPeer, VirtualModule, virtualPort } from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';

interface Sleeper {
  readonly port: Port;
  sleep(): void;
  wake(): Promise<void>;
}

/** Holds what the host writes while asleep, and delivers it in order afterwards, as a PTY does for a stopped process. */
function sleeper(port: Port): Sleeper {
  const held: Uint8Array[] = [];
  let isAsleep = false;
  const relay = new Subject<Uint8Array>();
  const bytes$: Observable<Uint8Array> = relay.pipe(concatMap((chunk) => [chunk]));
  port.bytes$.subscribe((chunk) => relay.next(chunk));
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (isAsleep) held.push(bytes);
    else await port.write(bytes);
  };
  return {
    port: {
      description: port.description,
      bytes$,
      lost$: port.lost$,
      open: () => port.open(),
      close: () => port.close(),
      write,
    },
    sleep: () => {
      isAsleep = true;
    },
    wake: async () => {
      isAsleep = false;
      for (const bytes of held.splice(0)) await port.write(bytes);
    },
  };
}

const USELESS: PowerControl = {
  description: 'a relay that is not wired',
  reachesSilentModule: true,
  reset: async () => undefined,
};

describe.each<[string, PowerControl | undefined]>([
  ['a switch that does nothing', USELESS],
  ['a reset by AT command only', undefined],
])('a module that sleeps through a send and wakes later, with %s', (_power, power) => {
  it.each([
    ['a short line', 'reading 8\n', 12_000],
    ['a short line, long after', 'reading 8\n', 400_000],
    ['a long record', `${'x'.repeat(899)}\n`, 90_000],
    ['a payload that looks like commands', 'AT+CFUN=1,1\rAT\r\n', 90_000],
    ['a payload that looks like commands, long after', 'AT+QIDEACT=1\r\n', 400_000],
  ])('gives the peer nothing that was not written, and is back in service: %s', async (_, text, sleepMs) => {
    const clock = new VirtualClock(1_000_000);
    const network = memoryNetwork(clock, { latencyMs: 20 });
    const module = new VirtualModule({ dialect: 'lte', clock, network });
    const { port, sleep, wake } = sleeper(virtualPort(module));
    const sink = sinkPeer();
    network.listen(7000, sink.accept);
    const modem = createModem({
      port,
      dialect: 'lte',
      contexts: [{ apn: 'internet' }],
      clock,
      ...(power && { power }),
    });
    await clock.runUntil(modem.start());
    const socket = await clock.runUntil(modem.connect({ host: '127.0.0.1', port: 7000 }));
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(text);
    await clock.runUntil(socket.acknowledged());
    sleep();
    for (let n = 0; n < 5; n++) if (socket.writable) socket.write(text);
    await clock.advance(sleepMs);
    await wake();
    const again = await clock.runUntil(
      modem.connect({ host: '127.0.0.1', port: 7000, connectTimeoutMs: 700_000 }),
    );
    const first = Buffer.from(sink.take()).toString('latin1');
    expect(text.repeat(6).startsWith(first)).toBe(true);
    expect(first.length).toBeGreaterThanOrEqual(text.length);
    again.destroy();
    await clock.runUntil(modem.stop());
    module.dispose();
    await clock.advance(100);
    expect(clock.pendingTimers).toBe(0);
  });
});
