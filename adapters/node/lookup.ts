/** Host names by the module's DNS, for everything of Node's that takes a `lookup`. */
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { asModemError, ModemError } from '../../errors.ts';

type Found = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** The family that was asked for: 4, 6, or 0 for any. */
function familyOf({ family }: LookupOptions): 0 | 4 | 6 {
  if (family === 4 || family === 'IPv4') return 4;
  return family === 6 || family === 'IPv6' ? 6 : 0;
}

/** Made like `dns.lookup`: errors have `ENOTFOUND` and its kind in `errno`, as all of ours. */
export function lookupBy(resolve: (name: string) => Promise<readonly string[]>): LookupFunction {
  const find = async (name: string, options: LookupOptions): Promise<LookupAddress[]> => {
    const texts = isIP(name) === 0 ? await resolve(name) : [name];
    const wanted = familyOf(options);
    const all = texts.map((address) => ({ address, family: isIP(address) }));
    const found = all.filter(({ family }) => family !== 0 && (wanted === 0 || family === wanted));
    if (found.length > 0) return found;
    const kind = wanted === 0 ? '' : ` IPv${wanted}`;
    throw new ModemError('NAME_NOT_RESOLVED', `lookup of ${name}: it has no${kind} address`);
  };
  return (name: string, options: LookupOptions, found: Found): void => {
    find(name, options).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) found(null, addresses);
        else found(null, first?.address ?? '', first?.family);
      },
      (error: unknown) => found(asModemError(error) as unknown as NodeJS.ErrnoException, ''),
    );
  };
}
