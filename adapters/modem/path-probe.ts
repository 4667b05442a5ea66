import type { NetworkTools } from './network-tools.ts';
import type { CheckedOptions } from './options.ts';

/** Pings for each host that is asked; one that comes back is enough. */
const PROBE = { count: 2, timeoutS: 4 } as const;
/** More DNS servers than a context has. */
const MOST_HOSTS = 3;

/** Tells whether anything answers through a context: opens that fail one after the other may be the fault of the path, which
 * a reset can cure, or of the peers, which it cannot (invariant 11).
 *
 * Asks the reference host of the options, else the DNS servers that the network gave out. Where nothing can be asked, nothing
 * answers.
 */
export async function isPathAlive(
  tools: Pick<NetworkTools, 'ping' | 'resolve' | 'dnsServers'>,
  { dialect, referenceHost }: Pick<CheckedOptions, 'dialect' | 'referenceHost'>,
  context: number,
  signal: AbortSignal,
): Promise<boolean> {
  const options = { context, signal };
  const answers = async (host: string): Promise<boolean> => {
    if (dialect.commands.ping) return (await tools.ping(host, { ...options, ...PROBE })).received > 0;
    return (await tools.resolve(host, options)).addresses.length > 0;
  };
  for (const host of await hostsToAsk()) {
    if (await answers(host).catch(() => false)) return true;
    signal.throwIfAborted();
  }
  return false;

  async function hostsToAsk(): Promise<readonly string[]> {
    if (referenceHost !== undefined) return [referenceHost];
    if (!dialect.commands.ping) return [];
    const servers = await tools.dnsServers(options).catch(() => []);
    return servers.slice(0, MOST_HOSTS);
  }
}
