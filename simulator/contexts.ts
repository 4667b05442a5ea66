/** How a context is configured (lte §2.1.1). */
export interface ContextSettings {
  readonly type: number;
  readonly apn: string;
  readonly username: string;
  readonly password: string;
  readonly authentication: number;
}

/** `lost`: the network took it away, and the host has not yet said AT+QIDEACT (lte §2.2.5). */
export type ContextState = 'deactivated' | 'activating' | 'active' | 'lost' | 'deactivating';

/** One PDP context. */
export interface VirtualContext {
  readonly id: number;
  /** `undefined` until AT+QICSGP. */
  settings: ContextSettings | undefined;
  state: ContextState;
  dnsServers: readonly string[];
}

const DEFAULT_SETTINGS: ContextSettings = { type: 1, apn: '', username: '', password: '', authentication: 0 };
const DEFAULT_DNS = ['192.0.2.53', '192.0.2.54'];

/** The PDP contexts of a running module. */
export class ContextTable {
  readonly #contexts = new Map<number, VirtualContext>();

  get(id: number): VirtualContext {
    const known = this.#contexts.get(id);
    if (known) return known;
    const context: VirtualContext = {
      id,
      settings: undefined,
      state: 'deactivated',
      dnsServers: DEFAULT_DNS,
    };
    this.#contexts.set(id, context);
    return context;
  }

  /** The contexts that were ever named, by id. */
  get all(): readonly VirtualContext[] {
    return [...this.#contexts.values()].sort((a, b) => a.id - b.id);
  }

  /** Those that are active, or on the way to or from it. */
  get occupied(): readonly VirtualContext[] {
    return this.all.filter(({ state }) => state !== 'deactivated' && state !== 'lost');
  }

  get active(): readonly VirtualContext[] {
    return this.all.filter(({ state }) => state === 'active');
  }

  settingsOf(id: number): ContextSettings {
    return this.get(id).settings ?? DEFAULT_SETTINGS;
  }
}

/** Addresses of a context, by its type: IPv4, IPv6, or both. */
function addressesOf({ id, settings }: VirtualContext): readonly string[] {
  const type = settings?.type ?? 1;
  // Only gsm has a context 0, and no host has an address that ends so.
  return [...(type === 2 ? [] : [`10.7.157.${id || 100}`]), ...(type === 1 ? [] : [`2001:db8::157:${id}`])];
}

/** The first address of a context. */
export function localAddress(context: VirtualContext): string {
  return addressesOf(context)[0] ?? '';
}

/** Type and addresses of a context, as in the lines of `AT+QIACT?` (lte §2.1.2). */
export function describeAddresses(context: VirtualContext): string {
  const addresses = addressesOf(context).map((address) => `"${address}"`);
  return `${context.settings?.type ?? 1},${addresses.join(',')}`;
}
