import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { seededRandom } from '../../simulator/random.ts';
import { TestBroker } from './broker.ts';
import { type Example, eventually, startExample } from './run.ts';

jest.setTimeout(60_000);

const MAIN = 'telemetry-agent/src/main.js';

interface Health {
  readonly modem: { readonly state: string };
  readonly broker: { readonly isConnected: boolean; readonly problem: string | null };
  readonly storedReadings: number;
  readonly lastPubackAgeMs: number | null;
}

let folder: string;
let broker: TestBroker;
const running = new Set<Example>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'urchestra-agent-'));
  broker = await TestBroker.start('telemetry/');
});

afterEach(async () => {
  for (const { child, exit } of running) {
    child.kill('SIGKILL');
    await exit;
  }
  running.clear();
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
});

function agent(env: NodeJS.ProcessEnv = {}): Example {
  const one = startExample(MAIN, ['--simulate'], {
    STORE_FOLDER: folder,
    MQTT_HOST: '127.0.0.1',
    MQTT_PORT: String(broker.port),
    MQTT_TLS: 'no',
    MQTT_RECONNECT_MS: '100',
    READING_INTERVAL_MS: '5',
    HTTP_PORT: '0',
    ...env,
  });
  running.add(one);
  return one;
}

async function addressOf(one: Example): Promise<string> {
  await one.says('/health\n');
  return /http:\/\/[\d.:]+/.exec(one.text())?.[0] ?? '';
}

async function healthOf(address: string): Promise<{ readonly status: number; readonly health: Health }> {
  const response = await fetch(`${address}/health`);
  return { status: response.status, health: (await response.json()) as Health };
}

/** What is in the store of an agent that has ended: the number of the newest reading ever, and the keys of those waiting. */
async function look(): Promise<{ readonly newest: number; readonly waiting: readonly string[] }> {
  const db = new Level<string, { sequence: number }>(join(folder, 'readings'), { valueEncoding: 'json' });
  try {
    const newest = (await db.get('newest')) as { sequence: number } | undefined;
    const keys = await db.keys().all();
    return { newest: newest?.sequence ?? 0, waiting: keys.filter((key) => key !== 'newest') };
  } finally {
    await db.close();
  }
}

async function kill(one: Example): Promise<void> {
  one.child.kill('SIGKILL');
  await one.exit;
  running.delete(one);
}

/** Lets the agent deliver everything, then stops it: it takes no reading meanwhile but the first. */
async function drain(): Promise<void> {
  const last = agent({ READING_INTERVAL_MS: '3600000' });
  const address = await addressOf(last);
  await eventually(async () => {
    const { health } = await healthOf(address);
    return health.storedReadings === 0 && health.lastPubackAgeMs !== null;
  });
  last.child.kill('SIGTERM');
  expect(await last.exit).toBe(0);
  running.delete(last);
}

describe('the telemetry agent', () => {
  it('delivers every stored reading, however often and whenever it is killed', async () => {
    const random = seededRandom(7);
    for (let life = 0; life < 5; life++) {
      const before = broker.received.size;
      const one = agent();
      // The first lives end before anything was delivered, the others in the middle of the burst.
      if (life > 1) await eventually(() => broker.received.size > before + random.integer(0, 60));
      else await one.says('store:');
      await new Promise((later) => setTimeout(later, random.integer(0, 50)));
      expect(one.child.exitCode).toBeNull();
      await kill(one);
    }
    const { newest, waiting } = await look();
    expect(newest).toBeGreaterThan(100);
    expect(waiting.length).toBeGreaterThan(0);
    await drain();
    expect(broker.missing((await look()).newest)).toEqual([]);
    expect(broker.contradictions).toEqual([]);
    expect((await look()).waiting).toEqual([]);
    expect(broker.duplicates).toBeLessThanOrEqual(5 * 20); // at most a window for each death
  });

  it('stores readings while the broker is away, says so, and delivers them when it is back', async () => {
    const one = agent({ READING_INTERVAL_MS: '50' });
    const address = await addressOf(one);
    await eventually(async () => (await healthOf(address)).status === 200);
    const well = (await healthOf(address)).health;
    expect(well).toMatchObject({ modem: { state: 'online' }, broker: { isConnected: true, problem: null } });

    await broker.goAway();
    await eventually(async () => (await healthOf(address)).status === 503);
    await eventually(async () => (await healthOf(address)).health.storedReadings > 25); // more than are on their way
    // The connection ends without a word; the reason is that of the next try.
    await eventually(async () => (await healthOf(address)).health.broker.problem !== null);
    const away = await healthOf(address);
    expect(away.status).toBe(503);
    expect(away.health.broker).toEqual({
      isConnected: false,
      problem: expect.stringContaining('connection'),
    });

    await broker.listen();
    await eventually(async () => (await healthOf(address)).status === 200);
    one.child.kill('SIGTERM');
    expect([await one.exit, one.text()]).toEqual([0, expect.stringMatching(/stopped\n$/)]);
    running.delete(one);
    await drain();
    expect(broker.missing((await look()).newest)).toEqual([]);
  });

  it('shows its own numbers and those of the modem to Prometheus', async () => {
    const one = agent();
    const address = await addressOf(one);
    const page = async (): Promise<string> => (await fetch(`${address}/metrics`)).text();
    // The broker has a reading before the agent has the PUBACK.
    await eventually(async () => /^agent_puback_age\{.*\} [\d.]+$/m.test(await page()));
    const text = await page();
    expect(text).toMatch(/^agent_readings_stored\{.*\} \d+$/m);
    expect(text).toMatch(/^urchestra_modem_state\{.*urchestra_state="online".*\} 1$/m);
  });

  it('ends with 0 by SIGINT, before its modem is up', async () => {
    const one = agent();
    await one.says('store:');
    one.child.kill('SIGINT');
    expect([await one.exit, one.text()]).toEqual([0, expect.stringMatching(/stopped\n$/)]);
  });

  it('ends with 0 by SIGTERM in the middle of a burst, and loses nothing', async () => {
    const one = agent();
    await eventually(() => broker.received.size > 20);
    one.child.kill('SIGTERM');
    expect([await one.exit, one.text()]).toEqual([0, expect.stringMatching(/stopped\n$/)]);
    running.delete(one);
    await drain();
    expect(broker.missing((await look()).newest)).toEqual([]);
  });

  it.each([
    ['a broker that is not named', { MQTT_HOST: '' }, 'MQTT_HOST is missing'],
    [
      'a number that is none',
      { MQTT_PORT: 'x' },
      'MQTT_PORT must be a whole number from 1 to 65535, got "x"',
    ],
    ['an access point that cannot be', { MODEM_APN: 'a"b' }, 'apn must not contain'],
  ])('ends with 2 and one line for %s', async (_name, env, line) => {
    const one = agent(env);
    expect(await one.exit).toBe(2);
    expect(one.text()).toMatch(/^wrong configuration: .*\n$/);
    expect(one.text()).toContain(line);
  });

  it('ends with 1 and one line that names the store, when it cannot be read', async () => {
    await writeFile(join(folder, 'readings'), 'not a folder');
    const one = agent();
    expect(await one.exit).toBe(1);
    expect(one.text()).toMatch(/^cannot read the store .*readings: .*\n$/);
  });

  it('does not share its store with a second agent', async () => {
    const one = agent();
    await one.says('store:');
    const other = agent();
    expect(await other.exit).toBe(1);
    expect(other.text()).toContain('is another agent running?');
  });
});
