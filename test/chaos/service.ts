/** How long it takes after the last fault until a new connection carries a line there and back. */
import type { ModemSocket } from '../../index.ts';
import { echoPeer, type FaultKind } from '../../simulator/index.ts';
import type { HostProcess } from './host-process.ts';
import { lengthOf } from './intervals.ts';
import type { World } from './world.ts';

export interface Service {
  /** The fault of a quiet case; `mixed` where there were several. */
  readonly after: FaultKind | 'kill' | 'mixed' | 'ladder';
  readonly totalMs: number;
  /** The module's own: boots, registration, commands, the network. */
  readonly ownMs: number;
  /** Waits that the ladder or a manual prescribes, as far as they are not the module's own. */
  readonly prescribedMs: number;
}

const ECHO_PORT = 7;
const LINE = 'is anybody there?\n';
const RETRY_MS = 200;
const STEP_MS = 100;
/** The longest rungs that cases reach, and more. */
const CALM_LIMIT_MS = 4 * 3_600_000;
const FINE_MS = 600_000;
const COARSE_STEP_MS = 1_000;
/** What the host may need beyond that: probes, silences behind them, the polls of the bring-up. */
const ALLOWANCE_MS = 6_000;
const OWN_FACTOR = 1.2;
/** However long the module itself needs. */
const LIMIT_MS = 3_600_000;

/** Waits for the end of the faults, then for service. */
export async function measureService(world: World): Promise<Service | undefined> {
  const { clock, network, oracle } = world;
  network.listen(ECHO_PORT, echoPeer);
  if (!(await becameCalm(world))) {
    const what = world.module.state.hung ? 'the module still hangs' : 'a fault is still at work';
    const text = `${what} ${CALM_LIMIT_MS} ms after the last event; the modem is ${world.host?.state ?? 'not there'}`;
    oracle.fail('service', text);
    return undefined;
  }
  world.calm();
  world.host?.spare();
  const isQuiet = world.schedule.kind === 'quiet';
  // A fault that waits for its occasion is to strike the question itself, when it is the only one.
  if (!isQuiet) world.disarm();
  world.traffic.closeAll(); // a connection in transparent mode would have the port to itself
  const beganAtMs = clock.now();
  const asker = new Asker(world);
  asker.ask();
  for (;;) {
    await clock.advance(STEP_MS);
    const servedAtMs = asker.servedAtMs;
    const nowMs = servedAtMs ?? clock.now();
    const totalMs = nowMs - beganAtMs;
    const { ownMs, prescribedMs } = spent(world, beganAtMs, nowMs);
    const isLate =
      totalMs > OWN_FACTOR * ownMs + prescribedMs + asker.pauseMs + ALLOWANCE_MS || totalMs > LIMIT_MS;
    if (isLate && world.needsHands) {
      asker.end();
      return undefined; // somebody has to see to it by hand
    }
    if (isLate) {
      const text = `${servedAtMs === undefined ? 'no service' : 'service'} after ${totalMs} ms, of which the module's own ${Math.round(ownMs)}, prescribed ${Math.round(prescribedMs)}`;
      oracle.fail('service', `${text}; the modem is ${world.host?.state ?? 'not there'}`);
    }
    if (isLate || servedAtMs !== undefined) {
      asker.end();
      if (isQuiet) world.disarm();
      return { after: faultOf(world), totalMs, ownMs, prescribedMs };
    }
  }
}

/** What the time was needed for. The line that is echoed travels there and back, too. */
function spent(
  { busy, prescribed, disk, schedule }: World,
  fromMs: number,
  toMs: number,
): Pick<Service, 'ownMs' | 'prescribedMs'> {
  const moduleMs = lengthOf(busy.intervals, fromMs, toMs);
  const togetherMs = lengthOf([...busy.intervals, ...prescribed.intervals, ...disk.busy], fromMs, toMs);
  return { ownMs: moduleMs + 2 * schedule.latencyMs, prescribedMs: togetherMs - moduleMs };
}

/** Waits until no fault is at work. A module that hangs for good needs a reset, for which the ladder may have to be waited. */
async function becameCalm(world: World): Promise<boolean> {
  const sinceMs = world.clock.now();
  for (;;) {
    if (world.isCalm) return true;
    const waitedMs = world.clock.now() - sinceMs;
    if (waitedMs > CALM_LIMIT_MS) return false;
    await world.clock.advance(waitedMs < FINE_MS ? STEP_MS : COARSE_STEP_MS);
  }
}

function faultOf({ schedule }: World): Service['after'] {
  if (schedule.kind !== 'quiet') return schedule.kind === 'ladder' ? 'ladder' : 'mixed';
  for (const event of schedule.events) {
    if (event.do === 'fault') return event.fault.kind;
    if (event.do === 'kill') return 'kill';
  }
  return 'mixed';
}

/** Opens connections until one echoes. */
class Asker {
  servedAtMs: number | undefined;
  readonly #world: World;
  #isOver = false;
  #socket: ModemSocket | undefined;
  #tries = 0;

  constructor(world: World) {
    this.#world = world;
  }

  ask(): void {
    const { host } = this.#world;
    if (this.#isOver) return;
    if (host === undefined || host.isStopping) this.#later();
    else this.#connect(host);
  }

  end(): void {
    this.#isOver = true;
    this.#socket?.destroy();
  }

  /** The pause in front of the last question is its own time, and not that of the host. */
  get pauseMs(): number {
    return this.#tries > 1 ? RETRY_MS : 0;
  }

  #later(): void {
    this.#world.clock.setTimeout(() => this.ask(), RETRY_MS);
  }

  #connect(host: HostProcess): void {
    this.#tries += 1;
    const name = `question ${this.#tries}`;
    const connecting = host.modem.connect({ host: '192.0.2.7', port: ECHO_PORT });
    host.track(name, connecting, (error, socket) => {
      if (error !== undefined || socket === undefined) this.#later();
      else this.#talk(host, name, socket);
    });
  }

  #talk(host: HostProcess, name: string, socket: ModemSocket): void {
    this.#socket = socket;
    const closed = host.owe(`the close of ${name}`);
    let heard = '';
    socket.on('error', (error) => host.checkError(name, error));
    socket.on('close', () => {
      closed();
      if (this.servedAtMs === undefined) this.#later();
    });
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
      if (heard === LINE) this.servedAtMs = this.#world.clock.now();
    });
    if (this.#isOver) socket.destroy();
    else socket.write(LINE);
  }
}
