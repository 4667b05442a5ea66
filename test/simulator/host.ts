/** A host with no opinions: writes text, collects text. */
import {
  echoPeer,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  type ModuleEvent,
  memoryNetwork,
  VirtualModule,
  type VirtualModuleOptions,
} from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';

export interface Bench {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly module: VirtualModule;
  readonly events: ModuleEvent[];
  /** What came since the last call. */
  output(): string;
  /** Writes `text` and returns what comes within `waitMs`. */
  say(text: string, waitMs?: number): Promise<string>;
  /** Writes a command line and returns what comes within `waitMs`. */
  command(line: string, waitMs?: number): Promise<string>;
  /** Configures and activates context 1, without echo. */
  activate(): Promise<void>;
  /** Activates context 1 if need be, opens socket `id` to a port. */
  connect(id?: number, port?: number, mode?: number): Promise<void>;
  wait(ms: number): Promise<string>;
}

export type BenchOptions = Partial<VirtualModuleOptions> & { readonly net?: MemoryNetworkOptions };

const open: Bench[] = [];

/** A running module on a network in memory where port 7 echoes. */
export function bench({ net, ...options }: BenchOptions = {}): Bench {
  const clock = new VirtualClock();
  const network = memoryNetwork(clock, { names: { 'echo.example': '192.0.2.7' }, ...net });
  network.listen(7, echoPeer);
  const events: ModuleEvent[] = [];
  const module = new VirtualModule({
    dialect: 'lte',
    clock,
    network,
    onEvent: (event) => events.push(event),
    ...options,
  });
  let text = '';
  module.output$.subscribe((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
  });
  const output = (): string => {
    const taken = text;
    text = '';
    return taken;
  };
  const wait = async (ms: number): Promise<string> => {
    await clock.advance(ms);
    return output();
  };
  const say = async (written: string, waitMs = 10): Promise<string> => {
    output();
    module.receive(Buffer.from(written, 'latin1'));
    return wait(waitMs);
  };
  const command = (line: string, waitMs?: number): Promise<string> => say(`${line}\r`, waitMs);
  const activate = async (): Promise<void> => {
    const lines = ['ATE0', 'AT+QICSGP=1,1,"internet"', 'AT+QIACT=1', 'AT+QISDE=0'];
    // Long enough for the slowest line.
    for (const line of lines) await command(line, options.baud === undefined ? 1000 : 5000);
  };
  const connect = async (id = 0, port = 7, mode = 0): Promise<void> => {
    if (module.state.contexts.length === 0) await activate();
    const answer = await command(`AT+QIOPEN=1,${id},"TCP","192.0.2.7",${port},0,${mode}`, 200);
    expect(answer).toBe(`\r\nOK\r\n\r\n+QIOPEN: ${id},0\r\n`);
  };
  const made: Bench = { clock, network, module, events, output, say, command, activate, connect, wait };
  open.push(made);
  return made;
}

/** Disposes of what the test made, and checks that nothing is left behind. */
export async function closeBenches(): Promise<void> {
  for (const { module, clock, network } of open.splice(0)) {
    module.dispose();
    await clock.advance(2000);
    expect(clock.pendingTimers).toBe(0);
    expect(network.openConnections).toBe(0);
    expect(network.openPorts).toBe(0);
  }
}
