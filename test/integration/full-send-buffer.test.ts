/** A line that is faster than the network: the module keeps what is not acknowledged until it has no room for more. */
import { dismantle, rig } from './rig.ts';
import { ended } from './streams.ts';
import { talk, until } from './talks.ts';

const LENGTH_BYTES = 256 * 1024;
const BUFFER_BYTES = 10_240;
const ONE_WAY_MS = 90;
/** Of 1460 bytes, at 921,600 baud. */
const SEND_MS = 16;

const DIALECTS = [
  ['lte', 1],
  ['ugxx', 1],
  ['rg', 1],
  ['gsm', 0],
] as const;

/** Milliseconds that a write takes to arrive as a whole, behind a send that was refused though there was room. */
async function afterFailure(dialect: (typeof DIALECTS)[number][0], id: number, lengthBytes: number) {
  const r = rig({ dialect, contexts: [{ id, apn: 'internet' }] }, { dialect }, { latencyMs: ONE_WAY_MS });
  await r.clock.runUntil(r.modem.start());
  const { socket, got } = await talk(r, 1, 0);
  socket.write('x'.repeat(10));
  r.module.inject({ kind: 'sendFail', partly: 5 });
  await until(r, () => got().up.length > 0);
  const beganMs = r.clock.now();
  socket.write('x'.repeat(lengthBytes));
  await until(r, () => got().up.length === 10 + lengthBytes);
  const tookMs = r.clock.now() - beganMs;
  await ended(r, socket);
  await dismantle(r);
  return tookMs;
}

describe.each(DIALECTS)('%s: a send that is refused for another reason than a full buffer', (dialect, id) => {
  it('makes none of those behind it short', async () => {
    const roundTrips = (await afterFailure(dialect, id, 20_000)) / (2 * ONE_WAY_MS);
    expect(roundTrips).toBeLessThan(6);
  });
});

describe.each(DIALECTS)('%s: a send buffer that is smaller than a send', (dialect, id) => {
  it('gets shorter ones', async () => {
    const contexts = [{ id, apn: 'internet' }];
    const r = rig({ dialect, contexts }, { dialect, sendBufferBytes: 1_000 }, { latencyMs: ONE_WAY_MS });
    await r.clock.runUntil(r.modem.start());
    const { socket, expected, got } = await talk(r, 1, 5_000);
    socket.write(expected.up);
    await until(r, () => got().up.length === 5_000, 30_000);
    expect(got().up.equals(expected.up)).toBe(true);
    await ended(r, socket);
    await dismantle(r);
  });
});

describe.each(DIALECTS)('%s: a send buffer that is always full', (dialect, id) => {
  it('is filled as soon as there is room, and hardly ever tried in vain', async () => {
    const contexts = [{ id, apn: 'internet' }];
    const module = { dialect, baud: 921_600, sendBufferBytes: BUFFER_BYTES };
    const r = rig({ dialect, contexts }, module, { latencyMs: ONE_WAY_MS, windowBytes: 1 << 20 });
    await r.clock.runUntil(r.modem.start());
    const { socket, expected, got } = await talk(r, 1, LENGTH_BYTES);
    const beganMs = r.clock.now();
    socket.write(expected.up);
    await until(r, () => got().up.length === LENGTH_BYTES);
    const tookMs = r.clock.now() - beganMs;
    expect(got().up.equals(expected.up)).toBe(true);
    // Seven sends are in the buffer, each for as long as it is on the line, on its way, and its acknowledgement on the way back.
    const leastMs = (LENGTH_BYTES / (7 * 1460)) * (SEND_MS + 2 * ONE_WAY_MS);
    expect(tookMs / leastMs).toBeLessThan(1.15);
    const written = r.trace.filter((line) => / tx .*AT\+QISEND=\d,[1-9]/.test(line)).length;
    expect(written - LENGTH_BYTES / 1460).toBeLessThan(8); // behind 4, 8, 16, 32 and 64 sends it is tried
    await ended(r, socket);
    await dismantle(r);
  });
});
