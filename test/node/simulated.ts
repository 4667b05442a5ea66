/** A modem on a virtual module with real sockets behind it, on a clock that runs fast: for libraries that have clocks of their own. */
import { createModem, type Modem, type ModemOptions, memoryStore } from '../../index.ts';
import {
  loopbackNetwork,
  VirtualModule,
  type VirtualModuleOptions,
  virtualPort,
} from '../../simulator/index.ts';
import { scaledClock } from '../../streams/clock.ts';

export const DIALECTS = ['lte', 'ugxx', 'rg', 'gsm', 'bc66'] as const;
export type SimulatedDialect = (typeof DIALECTS)[number];

export interface Simulated {
  readonly modem: Modem;
  readonly module: VirtualModule;
  readonly steps: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Brings a modem up; `stop` it in the end. */
export async function simulated(
  dialect: SimulatedDialect,
  options: Partial<ModemOptions> = {},
  moduleOptions: Partial<VirtualModuleOptions> = {},
  timesAsFast = 20,
): Promise<Simulated> {
  const clock = scaledClock(timesAsFast);
  const module = new VirtualModule({ dialect, clock, network: loopbackNetwork(), ...moduleOptions });
  const contexts = dialect === 'gsm' ? [{ id: 0, apn: 'internet' }] : [{ id: 1, apn: 'internet' }];
  const modem = createModem({
    ...{ port: virtualPort(module), dialect, clock, store: memoryStore() },
    contexts,
    ...options,
  } as ModemOptions);
  const steps: string[] = [];
  modem.recoveries$.subscribe(({ step }) => steps.push(step));
  await modem.start();
  const stop = async (): Promise<void> => {
    await modem.stop();
    module.dispose();
  };
  return { modem, module, steps, stop };
}
