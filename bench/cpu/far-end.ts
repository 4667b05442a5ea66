/** Virtual modules in a process of their own, so that their work is not counted as the host's: each on a TCP port.
 *
 *    host under test ──TCP──▶ module ──▶ network in memory: 7000 takes everything, 7001 sends without end
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type MemoryPeer, memoryNetwork, serveOnTcp, VirtualModule } from '../../simulator/index.ts';
import { systemClock } from '../../streams/clock.ts';

export const SINK_PORT = 7000;
export const SOURCE_PORT = 7001;
const SELF = fileURLToPath(import.meta.url);
/** What the source has ready: more than any bench reads. */
const SOURCE_BYTES = 16 * 1024 * 1024;
const AT_ONCE = { commandLatencyMs: 0, sendMs: 0, openMs: 0, activateMs: 0, deactivateMs: 0, closeMs: 0 };

export interface FarEnd {
  /** TCP port of each module. */
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

/** Starts a process with so many modules. */
export async function startFarEnd(modules: number): Promise<FarEnd> {
  const child: ChildProcess = fork(SELF, [String(modules)], { execArgv: [] });
  const [ports] = (await once(child, 'message')) as [number[]];
  return {
    ports,
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

function source(peer: MemoryPeer): void {
  peer.write(Buffer.alloc(SOURCE_BYTES, 0x55));
}

async function serve(modules: number): Promise<void> {
  const ports: number[] = [];
  for (let made = 0; made < modules; made++) {
    const network = memoryNetwork(systemClock, { latencyMs: 0 });
    network.listen(SINK_PORT, () => undefined);
    network.listen(SOURCE_PORT, source);
    const module = new VirtualModule({ dialect: 'lte', clock: systemClock, network, timing: AT_ONCE });
    const { address } = await serveOnTcp(module, 0);
    ports.push(Number(/\d+$/.exec(address)?.[0]));
  }
  process.send?.(ports);
}

if (process.argv[1] === SELF) {
  process.on('disconnect', () => process.exit()); // the bench was ended
  await serve(Number(process.argv[2]));
}
