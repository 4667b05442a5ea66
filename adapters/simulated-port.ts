import { Subject, Subscription } from 'rxjs';
import type { ModemError } from '../errors.ts';
import {
  isVirtualDialect,
  loopbackNetwork,
  VIRTUAL_DIALECTS,
  VirtualModule,
  type VirtualModuleOptions,
  virtualPort,
} from '../simulator/index.ts';
import { systemClock } from '../streams/clock.ts';
import { shownValue } from './dialects/shown-value.ts';
import { invalid, needClock, readAnyOptions } from './plain-options.ts';
import type { Port } from './port.ts';
import { closedError } from './transport.ts';

/** Everything about the virtual module behind the port; only the dialect must be said. */
export type SimulatedPortOptions = Pick<VirtualModuleOptions, 'dialect'> & Partial<VirtualModuleOptions>;

/** A virtual module takes nothing ahead of its line but this. */
const VIRTUAL_AHEAD_BYTES = 128;

interface Life {
  readonly module: VirtualModule;
  readonly port: Port;
  readonly relays: Subscription;
}

/** A port with a virtual module behind it, whose sockets lead to real ones on this machine's loopback.
 *
 * The module is switched on by `open()` and off by `close()`, so that it leaves nothing behind. A module that
 * outlives its host is made by `new VirtualModule(…)` and `virtualPort(module)` of `urchestra/simulator`.
 *
 * @example simulatedPort({ dialect: 'lte' })
 * @throws ModemError `INVALID_ARGUMENT` for a dialect that cannot be simulated.
 */
export function simulatedPort(options: SimulatedPortOptions): Port {
  const given = readAnyOptions(options, 'options') as unknown as SimulatedPortOptions;
  const { dialect } = given;
  if (typeof dialect !== 'string' || !isVirtualDialect(dialect))
    throw invalid('dialect', `must be one of ${VIRTUAL_DIALECTS.join(', ')}, got ${shownValue(dialect)}`);
  needClock(given.clock);
  const description = `virtual ${dialect} module`;
  const bytes = new Subject<Uint8Array>();
  const lost = new Subject<ModemError>();
  let life: Life | undefined;

  function switchOn(): Life {
    const module = new VirtualModule({ clock: systemClock, network: loopbackNetwork(), ...given });
    const port = virtualPort(module);
    const relays = new Subscription();
    relays.add(port.bytes$.subscribe((chunk) => bytes.next(chunk)));
    relays.add(port.lost$.subscribe((error) => lost.next(error)));
    return { module, port, relays };
  }

  return {
    description,
    bytes$: bytes.asObservable(),
    lost$: lost.asObservable(),
    writeAheadBytes: VIRTUAL_AHEAD_BYTES,
    open: () => {
      life ??= switchOn();
      return life.port.open();
    },
    lines: {
      set: (levels) =>
        life?.port.lines?.set(levels) ?? Promise.reject(closedError(description, 'cannot set lines')),
      dcd: async () => life?.port.lines?.dcd(),
    },
    write: (chunk) =>
      life ? life.port.write(chunk) : Promise.reject(closedError(description, 'cannot write')),
    close: async () => {
      const ending = life;
      life = undefined;
      await ending?.port.close();
      ending?.relays.unsubscribe();
      ending?.module.dispose();
    },
  };
}
