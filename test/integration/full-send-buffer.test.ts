/** A line that is faster than the network: the module keeps what is not acknowledged until it has no room for more. */
import { dismantle, rig } from './rig.ts';
import { ended } from './streams.ts';
import { talk, until } from './talks.ts';

const LENGTH_BYTES = 256 * 1024;
const BUFFER_BYTES = 10_240;
const ONE_WAY_MS = 90;
/** Of 1460 bytes, at 921,600 baud. */
const SEND_MS = 16;

describe.each([
  ['lte', 1],
  ['ugxx', 1],
  ['rg', 1],
  ['gsm', 0],
] as const)('%s: a send buffer that is always full', (dialect, id) => {
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
    expect(written - LENGTH_BYTES / 1460).toBeLessThan(1 + written / 30); // of 64 sends one is tried
    await ended(r, socket);
    await dismantle(r);
  });
});
