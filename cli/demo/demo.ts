/** `urchestra demo`: a telemetry agent keeps every reading while its module goes through everything.
 *
 *    agent ──▶ modem ──▶ virtual module ──▶ echo server on the loopback
 *                             ▲ storms
 * Host and module run on one clock, faster than real time, so that the manuals' real limits hold.
 */
import { createModem } from '../../adapters/modem/modem.ts';
import type { PowerControl } from '../../adapters/power/power.ts';
import {
  loopbackNetwork,
  VIRTUAL_DIALECTS,
  type VirtualDialect,
  VirtualModule,
  virtualPort,
} from '../../simulator/index.ts';
import { type Clock, delay, scaledClock } from '../../streams/clock.ts';
import { type InspectCommandOptions, inspectorsOf } from '../inspect-options.ts';
import { EXIT, type Io, usageError } from '../io.ts';
import { virtualDialect } from '../modem-options.ts';
import { type TraceCommandOptions, traceTo } from '../trace-option.ts';
import { Agent } from './agent.ts';
import { echoServer } from './echo-server.ts';
import { Narrator } from './narrator.ts';
import { storms } from './storms.ts';

export interface DemoOptions extends InspectCommandOptions, TraceCommandOptions {
  readonly dialect?: string;
  readonly seed?: string;
}

const TIME_SCALE = 20;
const READINGS = 240;
const INTERVAL_MS = 1_000;
/** The readings take 4 minutes and the longest recovery 2: past this something does not come back. */
const LIMIT_MS = 20 * 60_000;

function powerSwitch(module: VirtualModule): PowerControl {
  return {
    description: 'power switch of the virtual module',
    reachesSilentModule: true,
    reset: async () => module.powerCycle(),
  };
}

function limitOn(
  clock: Clock,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly clear: () => void } {
  const limit = new AbortController();
  const clear = new AbortController();
  delay(clock, LIMIT_MS, clear.signal).then(
    () => limit.abort(),
    () => undefined,
  );
  return { signal: AbortSignal.any([signal, limit.signal]), clear: () => clear.abort() };
}

/** A module of which the modem is not told what it is. */
function byChance(seed: number): VirtualDialect {
  return VIRTUAL_DIALECTS[Math.abs(seed) % VIRTUAL_DIALECTS.length] ?? 'lte';
}

/** Runs the show; the exit code says whether every reading came through. */
export async function demo(options: DemoOptions, io: Io): Promise<number> {
  const seed = options.seed === undefined ? 1 : Number(options.seed);
  if (!Number.isSafeInteger(seed)) throw usageError(`--seed must be a whole number, got ${options.seed}`);
  const { dialect = 'lte' } = options;
  const simulated = dialect === 'auto' ? byChance(seed) : virtualDialect(dialect);

  const inspect = inspectorsOf(options, io);
  const clock = scaledClock(TIME_SCALE);
  const server = await echoServer();
  const module = new VirtualModule({
    dialect: simulated,
    clock,
    network: loopbackNetwork(),
    seed,
    baud: 115_200,
  });
  const modem = createModem({
    port: virtualPort(module),
    dialect: dialect === 'auto' ? 'auto' : simulated,
    contexts: [{ apn: 'internet' }],
    power: powerSwitch(module),
    clock,
    inspect,
  });
  let isWritten = async (): Promise<void> => undefined;
  const limit = limitOn(clock, io.signal);
  const narrator = new Narrator(modem, clock, io.stdout);
  const due = storms.map((storm) => ({ ...storm, atReading: Math.round(storm.atShare * READINGS) }));
  const agent = new Agent({
    modem,
    clock,
    port: server.port,
    readings: READINGS,
    intervalMs: INTERVAL_MS,
    onReading: (number) => {
      narrator.reading(number, agent.tally);
      const storm = due.find(({ atReading }) => atReading === number);
      if (storm === undefined) return;
      narrator.storm(storm.name, number);
      storm.strike({ module, server });
    },
    onEcho: (number) => narrator.echo(number),
    onLoss: (error) => narrator.loss(error),
  });
  try {
    isWritten = await traceTo(options.trace, modem, clock, io);
    narrator.opening(TIME_SCALE, READINGS);
    await modem.start({ signal: limit.signal });
    await agent.run(limit.signal);
  } finally {
    limit.clear();
    await modem.stop();
    module.dispose();
    await server.close();
    await isWritten();
  }
  if (io.signal.aborted) return EXIT.interrupted;
  return narrator.summary(agent.tally, storms.length) ? EXIT.ok : EXIT.failed;
}
