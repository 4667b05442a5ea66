/** How long it takes after the last fault until a new connection carries a line there and back. */
import type { ModemSocket } from '../../index.ts';
import { echoPeer, type FaultKind } from '../../simulator/index.ts';
import type { HostProcess } from './host-process.ts';
import type { World } from './world.ts';

export interface Service {
  /** The fault of a quiet case; `mixed` where there were several. */
  readonly after: FaultKind | 'kill' | 'mixed' | 'ladder';
  readonly totalMs: number;
  /** The module's own: boots, registration, commands, the network. */
  readonly ownMs: number;
  /** The ladder made the host wait. */
  readonly ladderMs: number;
}

const ECHO_PORT = 7;
const LINE = 'is anybody there?\n';
const RETRY_MS = 200;
const STEP_MS = 100;
/** The longest rungs that cases reach, and more. */
const CALM_LIMIT_MS = 4 * 3_600_000;
const FINE_MS = 600_000;
const COARSE_STEP_MS = 1_000;
/** For now: what a host may need beyond 1.2 times the module's own time. */
const GENEROUS_MS = 40_000;
/** The manual's limit of a command, which has to pass before a result counts as missing (protocol.md §2), and the probes behind it. */
const WITHHELD_MS = 70_000;
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
  world.host?.spare();
  const isQuiet = world.schedule.kind === 'quiet';
  // A fault that waits for its occasion is to strike the question itself, when it is the only one.
  if (!isQuiet) world.disarm();
  world.traffic.closeAll(); // a connection in transparent mode would have the port to itself
  const beganAtMs = clock.now();
  const graceMs = GENEROUS_MS + (withholds(world) ? WITHHELD_MS : 0);
  const asker = new Asker(world);
  asker.ask();
  for (;;) {
    await clock.advance(STEP_MS);
    const servedAtMs = asker.servedAtMs;
    const nowMs = servedAtMs ?? clock.now();
    const totalMs = nowMs - beganAtMs;
    const { ownMs, ladderMs } = world.busy.between(beganAtMs, nowMs);
    const isLate = totalMs > OWN_FACTOR * ownMs + ladderMs + graceMs || totalMs > LIMIT_MS;
    if (isLate) {
      const text = `${servedAtMs === undefined ? 'no service' : 'service'} after ${totalMs} ms, of which the module's own ${Math.round(ownMs)}, the ladder's ${Math.round(ladderMs)}`;
      oracle.fail('service', `${text}; the modem is ${world.host?.state ?? 'not there'}`);
    }
    if (isLate || servedAtMs !== undefined) {
      asker.end();
      if (isQuiet) world.disarm();
      return { after: faultOf(world), totalMs, ownMs, ladderMs };
    }
  }
}

const WITHHOLDING: ReadonlySet<FaultKind> = new Set(['sendSilent', 'lateResult', 'delay', 'reboot']);

/** Some result may never come, or very late. */
function withholds({ schedule }: World): boolean {
  return schedule.events.some((event) => event.do === 'fault' && WITHHOLDING.has(event.fault.kind));
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
