/** MQTT.js over a module, with a real broker: QoS 1 keeps its promise through every recovery. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes, type AedesPublishPacket } from 'aedes';
import mqtt, { MqttClient } from 'mqtt';
import { answering, freePort } from './ports.ts';
import { DIALECTS, type Simulated, simulated } from './simulated.ts';

const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined;
if (!hasMosquitto && process.env['URCHESTRA_REQUIRE_ALL'] === '1')
  throw new Error('mosquitto is not installed');
const withMosquitto = hasMosquitto ? it : it.skip; // skipped by name: mosquitto is not installed

const MESSAGES = 1_000;
const TOPIC = 'pump/7/level';

/** Counts by reading what a subscriber of the broker gets. */
class Received {
  readonly times = new Map<string, number>();

  take(payload: Buffer | string): void {
    const text = payload.toString();
    this.times.set(text, (this.times.get(text) ?? 0) + 1);
  }

  get missing(): readonly number[] {
    return Array.from({ length: MESSAGES }, (_, n) => n).filter((n) => !this.times.has(String(n)));
  }

  get duplicates(): number {
    return [...this.times.values()].reduce((sum, times) => sum + times - 1, 0);
  }
}

/** Publishes the readings while pdpdeact, the end of the connection and a restart strike; resolves when each is acknowledged. */
async function publishThroughFaults({ modem, module }: Simulated, brokerPort: number): Promise<void> {
  const client = new MqttClient(modem.mqttStream({ host: '127.0.0.1', port: brokerPort }), {
    clientId: 'pump-7',
    clean: false,
    reconnectPeriod: 100,
    keepalive: 0,
    resubscribe: false,
  });
  client.on('error', () => undefined); // MQTT.js tries again
  const faults = new Map([
    [200, { kind: 'pdpdeact' }],
    [400, { kind: 'peerClose' }],
    [600, { kind: 'reboot' }],
  ] as const);
  let acknowledged = 0;
  const publish = async (n: number): Promise<void> => {
    await client.publishAsync(TOPIC, String(n), { qos: 1 });
    acknowledged += 1;
    const fault = faults.get(acknowledged as 200);
    if (fault) module.inject(fault);
  };
  const waiting = new Set<Promise<void>>();
  for (let n = 0; n < MESSAGES; n++) {
    const one = publish(n).finally(() => waiting.delete(one));
    waiting.add(one);
    if (waiting.size >= 40) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  await client.endAsync();
}

describe.each(DIALECTS)('MQTT.js over %s', (dialect) => {
  it('brings 1000 messages of QoS 1 through pdpdeact, a closed connection and a restart', async () => {
    const received = new Received();
    const broker = await Aedes.createBroker();
    const take = (packet: AedesPublishPacket, next: () => void): void => {
      received.take(packet.payload);
      next();
    };
    await new Promise<void>((done) => broker.subscribe(TOPIC, take, done));
    const server: Server = createServer(broker.handle);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const run = await simulated(dialect);
    await publishThroughFaults(run, (server.address() as AddressInfo).port);
    expect(received.missing).toEqual([]);
    expect(received.duplicates).toBeLessThanOrEqual(3 * 40); // what was on its way at each of the faults
    expect(run.steps).toEqual(expect.arrayContaining(['context lost', 'module rebooted']));
    await run.stop();
    await new Promise<void>((done) => broker.close(done));
    await new Promise((done) => server.close(done));
  }, 120_000);
});

describe('MQTT.js with Mosquitto', () => {
  let directory: string;
  let broker: ChildProcess | undefined;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'urchestra-mosquitto-'));
  });
  afterEach(async () => {
    broker?.kill();
    await rm(directory, { recursive: true, force: true });
  });

  withMosquitto(
    'brings 1000 messages of QoS 1 to a subscriber of the broker (needs mosquitto)',
    async () => {
      const port = await freePort();
      const file = join(directory, 'mosquitto.conf');
      await writeFile(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
      broker = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
      await answering(port);
      const received = new Received();
      const subscriber = await mqtt.connectAsync({ host: '127.0.0.1', port, clientId: 'centre' });
      subscriber.on('message', (_topic, payload) => received.take(payload));
      await subscriber.subscribeAsync(TOPIC, { qos: 1 });
      const run = await simulated('lte');
      await publishThroughFaults(run, port);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(received.missing).toEqual([]);
      await run.stop();
      await subscriber.endAsync();
    },
    120_000,
  );
});
