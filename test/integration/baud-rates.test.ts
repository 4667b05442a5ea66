/** A module whose baud rate is one of several. */
import { Subject } from 'rxjs';
import { createModem, memoryStore, type Port } from '../../index.ts';
import { memoryNetwork, VirtualModule, virtualPort } from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';

/** A serial line: bytes that were sent at another rate arrive as noise. */
function ratedPort(port: Port, rates: readonly number[], trueRate: () => number, refused: number[] = []) {
  const bytes = new Subject<Uint8Array>();
  const set: number[] = [];
  let rate = rates[0];
  const noise = (chunk: Uint8Array) => chunk.map((byte) => (byte * 7 + 131) & 0xff);
  const through = (chunk: Uint8Array) => (rate === trueRate() ? chunk : noise(chunk));
  port.bytes$.subscribe((chunk) => bytes.next(through(chunk)));
  const rated: Port = {
    ...{ description: port.description, lost$: port.lost$, bytes$: bytes, baudRates: rates },
    open: () => port.open(),
    close: () => port.close(),
    write: (chunk) => port.write(through(chunk)),
    setBaudRate: async (wanted) => {
      if (refused.includes(wanted)) throw new Error('the driver has no such rate');
      set.push(wanted);
      rate = wanted;
    },
  };
  return { rated, set };
}

function rig(rates: readonly number[], trueRate: { value: number }, refused: number[] = []) {
  const clock = new VirtualClock();
  const module = new VirtualModule({ dialect: 'lte', clock, network: memoryNetwork(clock) });
  const { rated, set } = ratedPort(virtualPort(module), rates, () => trueRate.value, refused);
  const modem = createModem({ port: rated, dialect: 'lte', clock, store: memoryStore() });
  const steps: string[] = [];
  modem.recoveries$.subscribe(({ step, detail }) => steps.push(detail ? `${step}: ${detail}` : step));
  const end = async () => {
    await clock.runUntil(modem.stop());
    module.dispose();
    expect(clock.pendingTimers).toBe(0);
  };
  return { clock, module, modem, set, steps, end };
}

describe('a list of baud rates', () => {
  it('is tried in its order until the module answers, which is told', async () => {
    const r = rig([9600, 115_200, 921_600], { value: 921_600 });
    await r.clock.runUntil(r.modem.start());
    expect(r.set).toEqual([115_200, 921_600]);
    expect(r.steps).toEqual(['baud rate found: 921600 baud', 'online']);
    await r.end();
  });

  it('changes nothing when the module is at the first', async () => {
    const r = rig([115_200, 9600], { value: 115_200 });
    await r.clock.runUntil(r.modem.start());
    expect([r.set, r.steps]).toEqual([[], ['online']]);
    await r.end();
  });

  it('finds a module that comes back from a restart at another rate', async () => {
    const rate = { value: 921_600 };
    const r = rig([115_200, 921_600], rate);
    await r.clock.runUntil(r.modem.start());
    r.module.inject({ kind: 'reboot' });
    rate.value = 115_200; // the rate of its profile
    await r.clock.advance(180_000);
    expect(r.modem.status.state).toBe('online');
    expect(r.set.at(-1)).toBe(115_200);
    await r.end();
  });

  it('goes past a rate that the driver does not have', async () => {
    const r = rig([9600, 460_800, 115_200], { value: 115_200 }, [460_800]);
    await r.clock.runUntil(r.modem.start());
    expect(r.set).toEqual([115_200]);
    await r.end();
  });

  it('ends with NO_MODULE, back at the first rate, when nothing answers at any', async () => {
    const r = rig([9600, 115_200], { value: 921_600 });
    await expect(r.clock.runUntil(r.modem.start())).rejects.toMatchObject({ code: 'NO_MODULE' });
    expect(r.set).toEqual([115_200, 9600]);
    await r.end();
  });
});
