/** An HTTPS request over the module, by Node's own `https`: certificates are checked as ever.
 *
 * Run it: npm run build && npm run examples && node dist-examples/https-get.js https://localhost:8443/
 * A virtual module reaches this machine only (NODE_EXTRA_CA_CERTS=ca.pem trusts a certificate of your own). With a serial port as the
 * second argument it is a real one: node dist-examples/https-get.js https://example.org/ /dev/ttyUSB2 internet
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { createModem, serialPort, simulatedPort } from 'urchestra';

const [url, path, apn = 'internet'] = process.argv.slice(2);
if (url === undefined || !URL.canParse(url)) {
  console.error('usage: https-get.js URL [SERIAL-PORT [APN]]');
  process.exit(2);
}

const modem = createModem({
  port: path === undefined ? simulatedPort({ dialect: 'lte' }) : serialPort({ path }),
  dialect: 'lte',
  contexts: [{ apn }],
});
await modem.start();
const agent = modem.httpsAgent();
try {
  const asked = request(url, { agent }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  console.log(`${response.statusCode} ${await text(response)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  agent.destroy();
  await modem.stop();
}
