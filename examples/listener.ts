/** A device that is called: it listens in the module, and answers whoever connects.
 *
 * For a SIM on a private APN, where your own machines can reach the address of the device: on the internet they cannot, and nobody
 * should. A virtual module listens on the loopback here, and a client of Node's calls it.
 * Run it: npm run build && npm run examples && node dist-examples/listener.js
 * On hardware: port: serialPort({ path: '/dev/ttyUSB2' }), the name of your APN, and call the address that is printed.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createModem, type ModemSocket, simulatedPort } from 'urchestra';

const modem = createModem({
  port: simulatedPort({ dialect: 'lte' }), // a free port of this machine is chosen below
  dialect: 'lte',
  contexts: [{ apn: 'private.example' }],
});
await modem.start();

/** One line asks, one line answers. */
function serve(client: ModemSocket): void {
  client.on('error', (error) => console.log(`a caller is gone: ${error.message}`));
  client.on('data', (chunk) => {
    const asked = chunk.toString().trim();
    client.write(asked === 'level' ? 'level 12.5 m\n' : `unknown: ${asked}\n`);
  });
}

const port = await freePort();
const server = await modem.listen({ port, maxConnections: 3 });
server.on('connection', serve);
server.on('full', () => console.log('a caller was refused: the module has no socket left'));
const addresses = modem.status.contexts.flatMap((context) => context.addresses);
console.log(`listening at ${addresses.join(', ')} port ${port}`);

const caller = connect(port, '127.0.0.1');
caller.write('level\n');
const [answer] = (await once(caller, 'data')) as [Buffer];
console.log(`the device answered: ${answer.toString().trim()}`);
caller.destroy();
await modem.stop();

/** A port of this machine that nobody uses. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}
