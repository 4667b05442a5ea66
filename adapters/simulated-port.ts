import { loopbackNetwork, VirtualModule, type VirtualModuleOptions, virtualPort } from '../simulator/index.ts';
import { systemClock } from '../streams/clock.ts';
import type { Port } from './port.ts';

/** Everything about the virtual module behind the port; only the dialect must be said. */
export type SimulatedPortOptions = Pick<VirtualModuleOptions, 'dialect'> & Partial<VirtualModuleOptions>;

/** A port with a virtual module behind it, whose sockets lead to real ones on this machine's loopback.
 *
 * @example simulatedPort({ dialect: 'lte' })
 */
export function simulatedPort(options: SimulatedPortOptions): Port {
  const network = options.network ?? loopbackNetwork();
  return virtualPort(new VirtualModule({ clock: systemClock, ...options, network }));
}
