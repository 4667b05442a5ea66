/** Invariants 4, 5, 9, 10, 11, 12, 15 and 16 of the design. */
import fc from 'fast-check';
import { createModem, isModemError, memoryStore, type PowerControl } from '../../index.ts';
import { ladderWaitMs, standardLadder } from '../../machines/reboot-policy.machine.ts';
import {
  echoPeer,
  type Fault,
  memoryNetwork,
  silentPeer,
  VirtualModule,
  virtualPort,
} from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import { dismantle, type Rig, rig } from '../integration/rig.ts';

const HOUR_MS = 3_600_000;

const anyFault = fc.constantFrom<Fault>(
  { kind: 'pdpdeact' },
  { kind: 'reboot' },
  { kind: 'hang', forMs: 90_000 },
  { kind: 'peerClose' },
  { kind: 'portLost', forMs: 3000 },
  { kind: 'garbage', bytes: 100 },
  { kind: 'sendFail', partly: 2 },
  { kind: 'refuseActivation', times: 2 },
  { kind: 'openFail' },
);

describe('invariant 4: memory is bounded', () => {
  it('refuses a command with QUEUE_FULL when the queue is at its limit', async () => {
    const r = rig({ queueLimit: 8 });
    await r.clock.runUntil(r.modem.start());
    const calls = Array.from({ length: 20 }, () =>
      r.modem.execute('AT+CSQ').then(
        () => 'done',
        (e: unknown) => e,
      ),
    );
    const outcomes = await r.clock.runUntil(Promise.all(calls));
    expect(outcomes.filter((outcome) => outcome === 'done').length).toBe(9); // eight wait, one is in flight
    expect(outcomes.filter((outcome) => isModemError(outcome, 'QUEUE_FULL')).length).toBe(11);
    await dismantle(r);
  });

  it('refuses a thirteenth socket with TOO_MANY_SOCKETS', async () => {
    const r = rig();
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const connect = () => r.modem.connect({ host: '127.0.0.1', port: 7000 });
    const sockets = await r.clock.runUntil(Promise.all(Array.from({ length: 12 }, connect)));
    expect(new Set(sockets.map(({ connectId }) => connectId)).size).toBe(12);
    await expect(r.clock.runUntil(connect())).rejects.toMatchObject({
      code: 'TOO_MANY_SOCKETS',
      errno: 'EMFILE',
    });
    await dismantle(r);
  });
});

describe('invariant 5: one clock', () => {
  async function run(
    faults: readonly { readonly afterMs: number; readonly fault: Fault }[],
  ): Promise<string> {
    const r = rig();
    r.network.listen(7000, echoPeer);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    socket.on('error', () => undefined);
    socket.resume();
    for (const { afterMs, fault } of faults) {
      if (socket.writable) socket.write('reading');
      await r.clock.advance(afterMs);
      r.module.inject(fault);
    }
    await r.clock.advance(5 * 60_000);
    await r.clock.runUntil(r.modem.stop());
    r.module.dispose();
    return r.trace.join('\n');
  }

  it('gives byte-identical traces for the same faults at the same times', async () => {
    const faults = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 5000 }), fault: anyFault }), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(faults, async (script) => {
        expect(await run(script)).toBe(await run(script));
      }),
      { numRuns: 10 },
    );
  });
});

describe('invariant 9: a boot URC voids everything', () => {
  it('fails the command in flight and the sockets with MODULE_REBOOTED and sets the module up again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3000 }), async (afterMs) => {
        const r = rig();
        r.network.listen(7000, echoPeer);
        await r.clock.runUntil(r.modem.start());
        const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
        const failed = new Promise((resolve) => socket.once('error', resolve));
        socket.resume();
        await r.clock.advance(afterMs);
        r.module.inject({ kind: 'reboot' });
        const pending = r.modem.execute('AT+CSQ').catch((error: unknown) => error);
        expect(await r.clock.runUntil(failed)).toMatchObject({ code: 'MODULE_REBOOTED' });
        expect(await r.clock.runUntil(pending)).toMatchObject({ code: 'MODULE_REBOOTED' });
        expect(r.modem.status).toMatchObject({ state: 'syncing', contexts: [], connectIds: [] });
        const again = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
        expect(again.connectId).toBe(0);
        await dismantle(r);
      }),
      { numRuns: 10 },
    );
  });
});

describe('invariant 10: the ladder holds across process restarts', () => {
  it('never resets more often than the manual allows although the agent crashes in a loop', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1_000, max: 900_000 }), { minLength: 8, maxLength: 25 }),
        async (lives) => {
          const clock = new VirtualClock(1_700_000_000_000);
          const module = new VirtualModule({ dialect: 'lte', clock, network: memoryNetwork(clock) });
          module.inject({ kind: 'hang' });
          const store = memoryStore();
          const resets: number[] = [];
          const power: PowerControl = {
            description: 'relay that does not help',
            reachesSilentModule: true,
            reset: async () => void resets.push(clock.now()),
          };
          for (const lifeMs of lives) {
            const modem = createModem({ port: virtualPort(module), dialect: 'lte', clock, store, power });
            modem.start().catch(() => undefined);
            await clock.advance(lifeMs);
            await clock.runUntil(modem.stop()); // as good as a crash: nothing is written to the store by it
          }
          module.dispose();
          for (let n = 1; n < resets.length; n++) {
            const distanceMs = (resets[n] ?? 0) - (resets[n - 1] ?? 0);
            expect(distanceMs).toBeGreaterThanOrEqual(ladderWaitMs(standardLadder, n));
          }
          expect(resets.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('follows 3 free, 0, 10, 30, 60, 120 … minutes up to 24 hours on a module that hangs for good', async () => {
    const resets: number[] = [];
    const r = rig({
      power: {
        description: 'relay that does not help',
        reachesSilentModule: true,
        reset: async () => void resets.push(r.clock.now()),
      },
    });
    r.module.inject({ kind: 'hang' });
    const started = r.modem.start().catch(() => undefined);
    await r.clock.advance(5 * 24 * HOUR_MS);
    await r.clock.runUntil(r.modem.stop());
    await started;
    r.module.dispose();
    const minutes = resets.slice(1).map((at, n) => Math.round((at - (resets[n] ?? 0)) / 60_000));
    expect(minutes.slice(3, 6)).toEqual([10, 30, 60]);
    expect(minutes.slice(6, 12)).toEqual([120, 240, 480, 960, 1440, 1440]);
  });
});

describe('a power control that never ends', () => {
  it('has failed after 10 minutes, and the ladder goes on', async () => {
    const asked: number[] = [];
    const r = rig({
      power: {
        description: 'relay that is stuck',
        reachesSilentModule: true,
        reset: () => {
          asked.push(r.clock.now());
          return new Promise(() => undefined);
        },
      },
    });
    r.module.inject({ kind: 'hang' });
    const started = r.modem.start().catch(() => undefined);
    await r.clock.advance(HOUR_MS);
    await r.clock.runUntil(r.modem.stop());
    await started;
    r.module.dispose();
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.slice(1).map((at, n) => at - (asked[n] ?? 0) >= 600_000)).not.toContain(false);
    expect(r.steps.find((step) => step.startsWith('reset failed'))).toContain('600000 ms');
  });
});

describe('invariant 11: escalation follows outcomes', () => {
  it('activates the context anew after 5 failed opens, and resets after 3 such cures, though queries say all is well', async () => {
    const r = rig(
      {},
      { faults: { rules: [{ when: { onCommand: 'AT+QIOPEN', every: 1 }, fault: { kind: 'openFail' } }] } },
    );
    await r.clock.runUntil(r.modem.start());
    r.module.inject({ kind: 'blackHole', forMs: 600_000 });
    for (let n = 0; n < 15; n++) {
      const attempt = r.modem.connect({ host: '127.0.0.1', port: 7000 });
      await expect(r.clock.runUntil(attempt)).rejects.toMatchObject({ code: expect.any(String) });
    }
    await r.clock.advance(60_000);
    const lost = r.steps.filter((step) => step === 'context lost: context 1: failed opens');
    expect(lost.length).toBe(3);
    expect(r.steps).toContain('reboot granted: number 1 in a row');
    await dismantle(r);
  });

  it('resets nothing for peers that are down while another host answers through the same context', async () => {
    const r = rig(
      { referenceHost: '192.0.2.7' },
      { faults: { rules: [{ when: { onCommand: 'AT+QIOPEN', every: 1 }, fault: { kind: 'openFail' } }] } },
    );
    await r.clock.runUntil(r.modem.start());
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 15; n++) {
        const attempt = r.modem.connect({ host: '127.0.0.1', port: 7000 });
        await expect(r.clock.runUntil(attempt)).rejects.toMatchObject({ code: 'OPEN_FAILED' });
      }
      await r.clock.advance(60_000);
    }
    expect(r.steps.filter((step) => step.startsWith('only peers unreachable')).length).toBe(2);
    expect(r.steps.filter((step) => step.startsWith('reboot'))).toEqual([]);
    await dismantle(r);
  });
});

describe('invariant 12: a timeout is not an answer', () => {
  it('lets a late OK complete no later command', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10_500, max: 20_000 }), async (lateMs) => {
        const r = rig();
        await r.clock.runUntil(r.modem.start());
        r.module.inject({ kind: 'delay', ms: lateMs });
        const late = r.modem.execute('AT+CSQ', { timeoutMs: 10_000 }).catch((error: unknown) => error);
        const next = r.modem.execute('AT+CCLK?');
        expect(await r.clock.runUntil(late)).toMatchObject({ code: 'COMMAND_TIMED_OUT' });
        const answer = await r.clock.runUntil(next).catch((error: unknown) => error);
        if (isModemError(answer)) expect(answer.code).toBe('MODULE_HUNG');
        else expect(answer).toMatchObject({ result: 'OK', lines: [{ prefix: '+CCLK' }] });
        await r.clock.runUntil(r.modem.stop());
        r.module.dispose();
      }),
      { numRuns: 25 },
    );
  });
});

describe('invariant 15: everything ends', () => {
  it('settles every promise and stream and leaves no timer when stopped at any moment', async () => {
    const faults = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), fault: anyFault }), {
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(faults, fc.integer({ min: 0, max: 30_000 }), async (script, stopMs) => {
        const r = rig();
        r.network.listen(7000, echoPeer);
        const settled: string[] = [];
        const track = (name: string, promise: Promise<unknown>): Promise<void> =>
          promise.then(
            () => void settled.push(name),
            () => void settled.push(name),
          );
        const all = [track('start', r.modem.start())];
        let completed = false;
        r.modem.status$.subscribe({ complete: () => (completed = true) });
        for (const { afterMs, fault } of script) {
          await r.clock.advance(afterMs);
          r.module.inject(fault);
          if (r.modem.status.state !== 'stopped') all.push(track('execute', r.modem.execute('AT+CSQ')));
          all.push(
            track(
              'connect',
              r.modem.connect({ host: '127.0.0.1', port: 7000 }).then((socket) => {
                socket.on('error', () => undefined);
                socket.write('something');
                return socket.acknowledged();
              }),
            ),
          );
        }
        await r.clock.advance(stopMs);
        await r.clock.runUntil(r.modem.stop());
        await r.clock.runUntil(Promise.all(all));
        expect(completed).toBe(true);
        r.module.dispose();
        await r.clock.advance(100);
        expect(r.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe('invariant 15, of a socket', () => {
  it('rejects acknowledged() and ends the write callback when the socket dies before the peer has everything', async () => {
    const r = rig();
    r.network.listen(7000, silentPeer);
    await r.clock.runUntil(r.modem.start());
    const socket = await r.clock.runUntil(r.modem.connect({ host: '127.0.0.1', port: 7000 }));
    socket.on('error', () => undefined);
    const written = new Promise((resolve) => socket.write(Buffer.alloc(200_000), resolve));
    const acknowledged = socket.acknowledged().then(
      () => 'acknowledged',
      (error: unknown) => error,
    );
    await r.clock.advance(3000);
    r.module.inject({ kind: 'pdpdeact' });
    expect(await r.clock.runUntil(acknowledged)).toMatchObject({ code: 'CONTEXT_LOST' });
    expect(await r.clock.runUntil(written)).toMatchObject({ code: 'CONTEXT_LOST' });
    await dismantle(r);
  });
});

describe('a host that dies behind the prompt of a send', () => {
  it.each([
    ['in front of the payload', '', undefined],
    ['in the middle of the payload', 'half a reading', undefined],
    ['in the middle of the payload, with a switch for the power', 'half a reading', 'relay'],
  ])('%s finds the module again without a reset when it comes back', async (_, half, switched) => {
    let resets = 0;
    const relay: PowerControl = {
      description: 'relay',
      reachesSilentModule: true,
      reset: async () => void resets++,
    };
    const clock = new VirtualClock();
    const network = memoryNetwork(clock);
    network.listen(7000, echoPeer);
    const module = new VirtualModule({ dialect: 'lte', clock, network });
    const port = virtualPort(module);
    const options = { port, dialect: 'lte', contexts: [{ apn: 'internet' }], clock } as const;
    const first = createModem(options);
    await clock.runUntil(first.start());
    const socket = await clock.runUntil(first.connect({ host: '127.0.0.1', port: 7000 }));
    socket.on('error', () => undefined);
    await clock.runUntil(first.stop());
    await port.open();
    await port.write(Buffer.from('AT+QIOPEN=1,3,"TCP","127.0.0.1",7000,0,0\r'));
    await clock.advance(1000);
    await port.write(Buffer.from('AT+QISEND=3,1460\r'));
    await clock.advance(100);
    await port.write(Buffer.from(half)); // and the process is killed here
    await port.close();
    const second = createModem({ ...options, ...(switched && { power: relay }) });
    const steps: string[] = [];
    second.recoveries$.subscribe(({ step }) => steps.push(step));
    await clock.runUntil(second.start());
    expect([steps, resets]).toEqual([['online'], 0]);
    expect(module.state.sockets).toEqual([]);
    await clock.runUntil(second.stop());
    module.dispose();
  });
});

describe('invariant 16: a wrong SIM PIN is tried once', () => {
  const tries = ({ trace }: Rig): number => trace.filter((line) => line.includes('AT+CPIN="***"')).length;

  it('is refused by the SIM, reported, and not tried again by a later process', async () => {
    const store = memoryStore();
    const clock = new VirtualClock();
    const module = new VirtualModule({
      dialect: 'lte',
      clock,
      network: memoryNetwork(clock),
      sim: { pin: '1234' },
    });
    const codes: string[] = [];
    let written = 0;
    for (let process = 0; process < 4; process++) {
      const modem = createModem({ port: virtualPort(module), dialect: 'lte', clock, store, pin: '9999' });
      modem.trace$.subscribe(({ text }) => {
        if (text.startsWith('AT+CPIN=')) written++;
      });
      const error = await clock.runUntil(
        modem.start().then(
          () => undefined,
          (e: unknown) => e,
        ),
      );
      if (isModemError(error)) codes.push(error.code);
    }
    expect(codes).toEqual(Array.from({ length: 4 }, () => 'SIM_PIN_REJECTED'));
    expect(written).toBe(1);
    module.dispose();
  });

  it('is given once and accepted when it is right', async () => {
    const r = rig({ pin: '1234' }, { sim: { pin: '1234' } });
    await r.clock.runUntil(r.modem.start());
    expect(tries(r)).toBe(1);
    await dismantle(r);
  });

  it('is not said to be refused when nobody heard the SIM, and is not tried again either', async () => {
    const store = memoryStore();
    const clock = new VirtualClock();
    const sim = { pin: '1234' };
    const module = new VirtualModule({ dialect: 'lte', clock, network: memoryNetwork(clock), sim });
    const life = async (meanwhile: (text: string) => void): Promise<unknown> => {
      const modem = createModem({ port: virtualPort(module), dialect: 'lte', clock, store, pin: '9999' });
      modem.trace$.subscribe(({ text }) => meanwhile(text));
      const ended = await clock.runUntil(
        modem.start().then(
          () => undefined,
          (e: unknown) => e,
        ),
      );
      await clock.runUntil(modem.stop());
      return ended;
    };
    let tries = 0;
    const restarts = (text: string): void => {
      if (!text.startsWith('AT+CPIN=')) return;
      tries++;
      module.inject({ kind: 'reboot' });
    };
    for (let n = 0; n < 2; n++) expect(await life(restarts)).toMatchObject({ code: 'SIM_PIN_UNCONFIRMED' });
    expect(tries).toBe(1);
    module.dispose();
  });

  it.each([
    [14, 'SIM_PIN_UNCONFIRMED', 'says nothing of the PIN'],
    [16, 'SIM_PIN_REJECTED', 'means an incorrect password'],
  ])('is not tried again behind +CME ERROR: %d, and told as %s: that %s', async (cme, code) => {
    const rules = [{ when: { onCommand: 'AT+CPIN=' }, fault: { kind: 'error', cme } }] as const;
    const r = rig({ pin: '1234' }, { sim: { pin: '1234' }, faults: { rules } });
    await expect(r.clock.runUntil(r.modem.start())).rejects.toMatchObject({ code });
    expect(tries(r)).toBe(1);
    await dismantle(r);
  });

  it('is forgotten as soon as the SIM is ready, also when the answer to it was lost', async () => {
    const store = memoryStore({ simPin: { salt: 'x', digest: 'a'.repeat(64), verdict: 'unknown' } });
    const r = rig({ pin: '1234', store });
    await r.clock.runUntil(r.modem.start());
    expect(await store.read('simPin')).toBeNull();
    await dismantle(r);
  });
});
