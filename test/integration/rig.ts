import { createModem, type Modem, type ModemOptions } from '../../index.ts';
import {
  type MemoryNetwork,
  type MemoryNetworkOptions,
  type ModuleEvent,
  memoryNetwork,
  VirtualModule,
  type VirtualModuleOptions,
  virtualPort,
} from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';

/** A modem on a virtual module in virtual time, with a network in memory. */
export interface Rig {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly module: VirtualModule;
  readonly modem: Modem;
  readonly events: ModuleEvent[];
  /** What was on the wire. */
  readonly trace: string[];
  readonly steps: string[];
}

const ABOVE_THE_WIRE: ReadonlySet<string> = new Set(['event', 'transition', 'recovery']);

export function rig(
  modemOptions: Partial<ModemOptions> = {},
  moduleOptions: Partial<VirtualModuleOptions> = {},
  networkOptions: MemoryNetworkOptions & { readonly lines?: boolean } = {},
): Rig {
  const clock = new VirtualClock(1_000_000);
  const { lines = true, ...net } = networkOptions;
  const network = memoryNetwork(clock, { latencyMs: 20, ...net });
  const events: ModuleEvent[] = [];
  const module = new VirtualModule({
    dialect: 'lte',
    clock,
    network,
    onEvent: (event) => events.push(event),
    ...moduleOptions,
  });
  const modem = createModem({
    port: virtualPort(module, { lines }),
    dialect: moduleOptions.dialect ?? 'lte',
    contexts: [{ id: 1, apn: 'internet' }],
    clock,
    ...modemOptions,
  });
  const trace: string[] = [];
  const steps: string[] = [];
  modem.trace$.subscribe(({ atMs, kind, text }) => {
    if (!ABOVE_THE_WIRE.has(kind)) trace.push(`${Math.round(atMs)} ${kind} ${text}`);
  });
  modem.recoveries$.subscribe(({ step, detail }) => steps.push(`${step}${detail && `: ${detail}`}`));
  return { clock, network, module, modem, events, trace, steps };
}

/** Stops the modem and checks that nothing is left behind: no timer, no violation of the manual but those that cannot be avoided. */
export async function dismantle({ clock, modem, module }: Rig, unavoidable?: RegExp): Promise<void> {
  await clock.runUntil(modem.stop());
  module.dispose();
  await clock.advance(100); // packets that the network still carries
  expect(clock.pendingTimers).toBe(0);
  expect(module.state.protocolViolations.filter((text) => !unavoidable?.test(text))).toEqual([]);
}
