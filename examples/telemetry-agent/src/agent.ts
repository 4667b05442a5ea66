/** A telemetry agent: readings are stored first, then published, then forgotten.
 *
 *    takeReadings ──▶ Outbox (disk) ──▶ publishReadings ──▶ Broker (MQTT.js) ──▶ Uplink (urchestra) ──▶ module
 *                        ▲────────────────PUBACK─────────────────┘
 *    StatusServer: /health, /metrics
 */
import { join } from 'node:path';
import { Broker } from './broker.ts';
import type { Config } from './config.ts';
import { healthFrom } from './health.ts';
import { log } from './log.ts';
import { Metrics } from './metrics.ts';
import { modemFrom } from './modem.ts';
import { Outbox } from './outbox.ts';
import { publishReadings } from './publish-readings.ts';
import { StatusServer } from './status-server.ts';
import { takeReadings } from './take-readings.ts';
import { together } from './together.ts';
import { Uplink } from './uplink.ts';

/** Runs until the signal says stop; rejects with what makes going on useless, and leaves nothing open either way. */
export async function runAgent(config: Config, signal: AbortSignal): Promise<void> {
  const metrics = new Metrics();
  const { host, port, isTls } = config.broker;
  // Wrong options show here, before anything is opened.
  const uplink = new Uplink(() => modemFrom(config.modem, metrics.modemMeter), {
    ...{ host, port },
    ...(isTls && { tls: {} }),
  });
  const outbox = await Outbox.open(join(config.storeFolder, 'readings'));
  const broker = new Broker(config.broker, () => uplink.openStream());
  const lastPubackAgeMs = (): number | undefined =>
    broker.lastPubackAtMs === undefined ? undefined : Math.round(performance.now() - broker.lastPubackAtMs);
  const storedReadings = (): number => outbox.stored;
  const health = () =>
    healthFrom({
      modem: uplink.status,
      broker,
      storedReadings: storedReadings(),
      lastPubackAgeMs: lastPubackAgeMs(),
    });
  metrics.observe({ storedReadings, lastPubackAgeMs });
  const server = new StatusServer(health, metrics);
  try {
    log(`status: http://127.0.0.1:${await server.listen(config.httpPort)}/health`);
    log(`store: ${outbox.stored} readings are waiting`);
    await together(signal, [
      (over) => takeReadings(outbox, config.intervalMs, over),
      (over) => uplink.keepUp(over),
      (over) => publishReadings(outbox, (reading, until) => broker.publish(reading, until), over),
    ]);
  } finally {
    await broker.close();
    await uplink.stop();
    await server.close();
    await outbox.close();
  }
}
