/** From a schedule to a verdict: plays it, waits until the module serves again, and takes everything down. */
import type { FaultKind, VirtualDialect } from '../../simulator/index.ts';
import { STARTED_AT_MS } from './host-options.ts';
import type { Violation } from './oracle.ts';
import type { CaseKind, Schedule } from './schedule.ts';
import { measureService, type Service } from './service.ts';
import { onUnhandled } from './unhandled.ts';
import { World } from './world.ts';

/** What a case has come to. */
export interface Verdict {
  readonly dialect: VirtualDialect;
  readonly kind: CaseKind;
  readonly violations: readonly Violation[];
  readonly virtualMs: number;
  readonly struck: readonly (readonly [FaultKind | 'kill', number])[];
  readonly recoveries: readonly (readonly [string, number])[];
  readonly resets: number;
  readonly highestRung: number;
  /** Left out where there is no service to be had: a wrong PIN, a module that hangs for good. */
  readonly service?: Service;
  /** Digest of everything that happened. */
  readonly digest: string;
  readonly log?: readonly string[];
}

const STOP_LIMIT_MS = 120_000;
/** Packets that the network still carries, and store writes. */
const AFTERMATH_MS = 5_000;

export async function runCase(schedule: Schedule, keepsLog = false): Promise<Verdict> {
  const world = new World(schedule, keepsLog);
  const release = onUnhandled((text) => world.oracle.fail('unhandled', text));
  let service: Service | undefined;
  try {
    world.launch();
    for (const event of schedule.events) {
      const waitMs = event.at - world.sinceStartMs;
      if (waitMs > 0) await world.clock.advance(waitMs);
      world.play(event);
    }
    const hasService = schedule.pin !== 'wrong' && schedule.kind !== 'day';
    if (hasService) service = await measureService(world);
    else if (schedule.durationMs > world.sinceStartMs)
      await world.clock.advance(schedule.durationMs - world.sinceStartMs);
    await dismantle(world);
  } catch (error) {
    world.oracle.fail(
      'end',
      `the case could not be played to its end: ${error instanceof Error ? error.stack : error}`,
    );
  } finally {
    release();
  }
  return verdictOf(world, service);
}

/** Stops the host and the module: nothing may be left (invariant 15). */
async function dismantle(world: World): Promise<void> {
  const { clock, module, network, oracle } = world;
  world.end();
  const { host } = world;
  if (host) await clock.runUntil(host.stop(), STOP_LIMIT_MS);
  module.dispose();
  await clock.advance(AFTERMATH_MS);
  // A pause of the application may still wait for its end.
  await clock.advance(20_000);
  oracle.expect(clock.pendingTimers === 0, 'end', `${clock.pendingTimers} timers are left at the end`);
  const { openConnections, openPorts } = network;
  oracle.expect(openConnections === 0, 'end', `${openConnections} connections are left at the end`);
  oracle.expect(openPorts === 0, 'end', `${openPorts} ports are left at the end`);
}

function verdictOf(world: World, service: Service | undefined): Verdict {
  const { schedule, oracle, clock, ladder, log } = world;
  return {
    ...{ dialect: schedule.dialect, kind: schedule.kind, violations: oracle.violations },
    virtualMs: clock.now() - STARTED_AT_MS,
    struck: [...world.struck],
    recoveries: [...world.recoveries],
    ...{ resets: ladder.count, highestRung: ladder.highest },
    ...(service && { service }),
    digest: world.digest,
    ...(log && { log }),
  };
}
