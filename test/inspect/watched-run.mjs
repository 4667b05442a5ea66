// A modem in virtual time, watched through both inspectors by the packages' own receivers: up, a reading, pdpdeact, a reboot, the
// end. Prints what each receiver got, one JSON object a line.
import { createRequire } from 'node:module';
import { createWebSocketReceiver as statelyReceiver } from '@statelyai/inspect';
import { statelyInspector, xstateInspector } from '../../dist/adapters/inspect/index.js';
import { createModem } from '../../dist/index.js';
import { echoPeer, memoryNetwork, VirtualModule, virtualPort } from '../../dist/simulator/index.js';
import { VirtualClock } from '../../dist/testing.js';

const [secrets = '{}'] = process.argv.slice(2);
const { pin, username, password, payload = 'reading' } = JSON.parse(secrets);

const classic = createRequire(new URL('../../adapters/xstate-inspect/package.json', import.meta.url));
globalThis.WebSocket ??= classic('ws').WebSocket;
const { createWebSocketReceiver: classicReceiver } = classic('@xstate/inspect');

const told = [];
const urls = {};
const inspectors = [
  statelyInspector({ port: 0, onListening: (url) => Object.assign(urls, { stately: url }) }),
  xstateInspector({ port: 0, onListening: (url) => Object.assign(urls, { xstate: url }) }),
];
for (const inspector of inspectors) await inspector.open();
const server = new URL(urls.xstate).host;
classicReceiver({ server }).subscribe((message) => {
  const { type, sessionId, id, parent } = message;
  const { machine, state, event } = message;
  const definition = machine && {
    id: machine.id,
    states: Object.keys(machine.states),
    nodes: machine.stateIds.length,
  };
  const shown = state && { value: state.value, context: state.context, event: state.event, done: state.done };
  told.push({ from: 'xstate', type, sessionId, id, parent, definition, state: shown, event: event?.data });
});
statelyReceiver({ server: urls.stately.replace('http', 'ws') }).subscribe((message) =>
  told.push({ from: 'stately', ...message }),
);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
await pause(300);

const clock = new VirtualClock(1_000_000);
const network = memoryNetwork(clock, { latencyMs: 20 });
network.listen(7000, echoPeer);
const module = new VirtualModule({ dialect: 'lte', clock, network, ...(pin && { sim: { pin } }) });
const modem = createModem({
  port: virtualPort(module),
  dialect: 'lte',
  contexts: [{ apn: 'internet', ...(username && { username, password }) }],
  ...(pin && { pin }),
  clock,
  inspect: inspectors,
});
const until = async (isReached) => {
  for (let step = 0; step < 6000; step++) {
    if (isReached(modem.status.state)) return;
    await clock.advance(50);
  }
  throw new RangeError(`still ${modem.status.state}`);
};
const recovered = async () => {
  await until((state) => state !== 'online');
  await until((state) => state === 'online');
};

async function sendReading() {
  const socket = await clock.runUntil(modem.connect({ host: '198.51.100.7', port: 7000 }));
  socket.on('error', () => undefined);
  socket.write(payload);
  await clock.runUntil(new Promise((resolve) => socket.once('data', resolve)));
}

await clock.runUntil(modem.start());
await sendReading();
for (const identity of ['AT+CGSN', 'AT+CIMI', 'AT+QCCID', 'AT+QICSGP=1'])
  await clock.runUntil(modem.execute(identity));
module.inject({ kind: 'pdpdeact' });
await recovered();
await sendReading();
module.inject({ kind: 'reboot' });
await recovered();
await clock.runUntil(modem.stop());
module.dispose();
await pause(300);
for (const inspector of inspectors) await inspector.close();
await pause(100);
for (const one of told) process.stdout.write(`${JSON.stringify(one)}\n`);
