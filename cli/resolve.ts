import { checkResolve } from '../adapters/modem/network-requests.ts';
import { askNetwork } from './ask.ts';
import type { Io } from './io.ts';
import type { CommonOptions } from './modem-options.ts';

/** `urchestra resolve P NAME`: one address per line. */
export function resolve(address: string, name: string, options: CommonOptions, io: Io): Promise<number> {
  return askNetwork(address, options, io, {
    check: (dialect, contextId) => checkResolve(name, dialect, contextId),
    ask: (modem, signal) => modem.resolve(name, { signal }),
    inWords: ({ addresses }) => addresses,
  });
}
