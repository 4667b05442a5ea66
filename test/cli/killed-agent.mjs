// An agent on a module that hangs for good: killed at any moment, started again, and again.
import { appendFileSync } from 'node:fs';
import { createModem, fileStore, tcpPort } from '../../dist/index.js';

const [port, store, log] = process.argv.slice(2);
const modem = createModem({
  port: tcpPort({ host: '127.0.0.1', port: Number(port) }),
  dialect: 'lte',
  store: fileStore(store),
  power: {
    description: 'relay that does not help',
    reachesSilentModule: true,
    reset: async ({ rebootsInRow }) => appendFileSync(log, `${Date.now()} ${rebootsInRow}\n`),
  },
  // A second stands for ten minutes of the manual's ladder.
  recovery: {
    ladderMs: [0, 1_000, 3_000, 6_000],
    ...{ bootProbes: 1, startProbes: 1, coolingProbes: 1, probeReplyMs: 20, probeQuietMs: 10 },
    ...{ coolingProbeMs: 100, longestCoolingProbeMs: 100 },
  },
});
process.stdout.write('starting\n');
await modem.start().catch((error) => {
  console.error(error);
  process.exit(1);
});
