import type { Circumstances } from '../circumstances.ts';
import type { Firmware } from '../firmware.ts';
import type { Random } from '../random.ts';
import type { SerialLine } from '../serial-line.ts';
import type { Fault } from './fault.ts';

/** The parts of a module that faults act on. */
export interface FaultTargets {
  /** The software, `undefined` while the module is off or booting. */
  readonly firmware: () => Firmware | undefined;
  /** Keeps a fault until its occasion comes. */
  readonly arm: (fault: Fault) => void;
  readonly hang: (forMs: number | undefined) => void;
  readonly reboot: (silent: boolean) => void;
  readonly loseTransport: (forMs: number) => void;
  readonly loseRadio: (forMs: number, isDenied: boolean) => void;
  readonly circumstances: Circumstances;
  readonly output: SerialLine;
  readonly random: Random;
  /** Calls later, whatever happens to the software. */
  readonly after: (delayMs: number, task: () => void) => void;
}

const DRIBBLE_MS = 1000;

/** Returns what carries faults out: some act at once, the others wait for their occasion. */
export function striker(targets: FaultTargets): (fault: Fault) => void {
  return (fault) => {
    const firmware = targets.firmware();
    const { circumstances } = targets;
    switch (fault.kind) {
      case 'hang':
        return targets.hang(fault.forMs);
      case 'reboot':
        return targets.reboot(fault.silent ?? false);
      case 'portLost':
        return targets.loseTransport(fault.forMs);
      case 'radioLoss':
        return targets.loseRadio(fault.forMs, fault.denied ?? false);
      case 'pdpdeact':
        return firmware?.takeContext(fault.context);
      case 'peerClose':
        return firmware?.sockets.peerClose(fault.socket);
      case 'garbage':
        return firmware?.writeNoise(noise(targets.random, fault.bytes));
      case 'dribble':
        targets.output.dribble(fault.gapMs);
        return targets.after(fault.forMs ?? DRIBBLE_MS, () => targets.output.dribble(undefined));
      case 'blackHole':
        if (fault.overRestart) return circumstances.swallow(fault.forMs);
        return firmware?.swallow(fault.forMs);
      case 'slowNetwork':
        return circumstances.slowDown(fault);
      case 'simFailure':
        return circumstances.failSim(fault);
      case 'natTimeout':
        return circumstances.limitIdle(fault);
      default:
        return targets.arm(fault);
    }
  };
}

function noise(random: Random, lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, () => random.integer(0, 255));
}
