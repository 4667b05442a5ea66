/** Readings over a plain TCP connection: what the peer has not acknowledged is sent again on the next connection.
 *
 * Shows `acknowledged()` and `error.details.bytesAcknowledged`. A virtual module loses its PDP context in the middle.
 * Run it: npm run build && npm run examples && node dist-examples/raw-tcp.js
 * On hardware: port: serialPort({ path: '/dev/ttyUSB2' }), and the host and port of your server.
 */
import { type AddressInfo, createServer } from 'node:net';
import { createModem, isModemError, type Modem, simulatedPort } from 'urchestra';

const READINGS = 20;
const lineOf = (n: number): string => `reading ${n}\n`;

/** Stands for your server: it counts what arrives, whichever connection brings it. */
const arrived = new Map<string, number>();
const server = createServer((peer) => {
  let partial = '';
  peer.on('data', (chunk) => {
    const lines = (partial + chunk.toString()).split('\n');
    partial = lines.pop() ?? ''; // a reading that was cut comes again as a whole
    for (const line of lines) arrived.set(line, (arrived.get(line) ?? 0) + 1);
  });
  peer.on('error', () => undefined);
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const { port } = server.address() as AddressInfo;

/** Sends the readings from `first` on; resolves with the first one that the peer does not have. */
async function send(modem: Modem, first: number): Promise<number> {
  const socket = await modem.connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined); // acknowledged() rejects with the same error
  try {
    for (let n = first; n <= READINGS && !socket.destroyed; n++) {
      socket.write(lineOf(n));
      await new Promise((later) => setTimeout(later, 20));
    }
    await socket.acknowledged();
    socket.end();
    return READINGS + 1;
  } catch (rejection) {
    const error = socket.errored ?? rejection; // what ended it, not only that it has ended
    if (!isModemError(error)) throw error;
    let next = first;
    let bytes = error.details.bytesAcknowledged ?? 0;
    while (bytes >= lineOf(next).length) bytes -= lineOf(next++).length; // only whole readings count
    console.log(`${error.code}: the peer has everything before reading ${next}`);
    return next;
  }
}

const modem = createModem({
  port: simulatedPort({
    dialect: 'lte',
    faults: { rules: [{ when: { onCommand: 'AT+QISEND', nth: 8 }, fault: { kind: 'pdpdeact' } }] },
  }),
  dialect: 'lte',
  contexts: [{ apn: 'internet' }],
});
await modem.start();
for (let next = 1; next <= READINGS; ) next = await send(modem, next);
await modem.stop();
server.close();

const repeated = [...arrived.values()].filter((times) => times > 1).length;
console.log(`${arrived.size} of ${READINGS} readings arrived, ${repeated} of them twice`);
process.exitCode = arrived.size === READINGS ? 0 : 1;
