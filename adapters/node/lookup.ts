/** Host names by the module's DNS, for everything of Node's that takes a `lookup`. */
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { asModemError, ModemError } from '../../errors.ts';

/** Gets what was found, or why nothing was. */
export type LookupDone = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** The family that was asked for: 4, 6, or 0 for any. */
function familyOf({ family }: LookupOptions): 0 | 4 | 6 {
  if (family === 4 || family === 'IPv4') return 4;
  return family === 6 || family === 'IPv6' ? 6 : 0;
}

/** In all forms of `dns.lookup`; what takes a `LookupFunction` takes it. */
export interface ModemLookup extends LookupFunction {
  (name: string, found: LookupDone): void;
  (name: string, family: number, found: LookupDone): void;
}

/** Made like `dns.lookup`: errors have `ENOTFOUND` and its kind in `errno`, as all of ours. */
export function lookupBy(resolve: (name: string) => Promise<readonly string[]>): ModemLookup {
  const find = async (name: string, options: LookupOptions): Promise<LookupAddress[]> => {
    const texts = isIP(name) === 0 ? await resolve(name) : [name];
    const wanted = familyOf(options);
    const all = texts.map((address) => ({ address, family: isIP(address) }));
    const found = all.filter(({ family }) => family !== 0 && (wanted === 0 || family === wanted));
    if (found.length > 0) return found;
    const kind = wanted === 0 ? '' : ` IPv${wanted}`;
    throw new ModemError('NAME_NOT_RESOLVED', `lookup of ${name}: it has no${kind} address`);
  };
  return (
    name: string,
    given: LookupOptions | number | LookupDone | undefined,
    callback?: LookupDone,
  ): void => {
    const found = (typeof given === 'function' ? given : callback) as LookupDone;
    const options =
      typeof given === 'number' ? { family: given } : (typeof given === 'object' && given) || {};
    // Outside of the promise: what the callback throws is its own.
    const answer = (...args: Parameters<LookupDone>): void => queueMicrotask(() => found(...args));
    find(name, options).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) answer(null, addresses);
        else answer(null, first?.address ?? '', first?.family);
      },
      (error: unknown) => answer(asModemError(error) as unknown as NodeJS.ErrnoException, ''),
    );
  };
}
