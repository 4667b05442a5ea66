import type { Clock } from '../streams/clock.ts';
import type { Circumstances } from './circumstances.ts';
import type { CommandTable } from './commands/command.ts';
import type { ArmedFaults } from './faults/armed.ts';
import type { FaultSchedule } from './faults/schedule.ts';
import type { SimulatedNetwork } from './network.ts';
import type { ModuleEventKind, ModulePort, ModuleTiming } from './options.ts';
import type { ErrorStyle, Profile } from './profiles/profile.ts';
import type { Random } from './random.ts';
import type { Radio } from './registration.ts';
import type { SerialLine } from './serial-line.ts';
import type { SimCard } from './sim-card.ts';

/** What stays when the software restarts: the module around it. */
export interface Hardware {
  readonly clock: Clock;
  readonly network: SimulatedNetwork;
  readonly commands: CommandTable;
  readonly profile: Profile;
  readonly errorStyle: ErrorStyle;
  readonly timing: ModuleTiming;
  readonly random: Random;
  readonly sim: SimCard;
  readonly armed: ArmedFaults;
  readonly faults: FaultSchedule;
  readonly input: SerialLine;
  readonly output: SerialLine;
  readonly atPort: ModulePort;
  readonly sendBufferBytes: number;
  readonly model: string | undefined;
  readonly hasIndication: boolean;
  readonly escCancelsSend: boolean;
  readonly numbersServiceTypes: boolean;
  readonly sleepAfterMs: number;
  /** Level of DTR. */
  dtr: boolean;
  /** Settings that survive (`AT+QURCCFG`). */
  readonly memory: { urcPort: string };
  /** The network: when it is to be found again, and whether until then it turns the module away. */
  readonly radio: Radio;
  readonly circumstances: Circumstances;
  /** Payload goes out to the air: a weak supply may not bear that. */
  sent(lengthBytes: number): void;
  record(kind: ModuleEventKind, text: string): void;
  violate(text: string): void;
  unknown(line: string): void;
  /** The software asks for a restart, or to be switched off. */
  restart(): void;
  switchOff(): void;
}
