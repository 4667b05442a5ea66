import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store } from '../store/store.ts';

/** Remembers which PIN was tried, so that a wrong one is never tried twice (invariant 16): a SIM locks after three.
 *
 * The store keeps a salted digest, never the PIN.
 */
export class PinMemory {
  static readonly KEY = 'simPin';
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** True when this PIN was given to the SIM and not accepted. */
  async wasTried(pin: string): Promise<boolean> {
    const record = await this.#store.read(PinMemory.KEY);
    if (!isRecord(record)) return false;
    return timingSafeEqual(Buffer.from(record.digest, 'hex'), digest(pin, record.salt));
  }

  /** To be called before the PIN goes out: a crash in between must not lead to a second try. */
  async remember(pin: string): Promise<void> {
    const salt = randomBytes(16).toString('hex');
    await this.#store.write(PinMemory.KEY, { salt, digest: digest(pin, salt).toString('hex') });
  }

  /** The PIN was right. */
  async forget(): Promise<void> {
    await this.#store.write(PinMemory.KEY, null);
  }
}

function digest(pin: string, salt: string): Buffer {
  return createHash('sha256').update(`${salt}:${pin}`).digest();
}

function isRecord(value: unknown): value is { readonly salt: string; readonly digest: string } {
  if (typeof value !== 'object' || value === null || !('salt' in value) || !('digest' in value)) return false;
  return (
    typeof value.salt === 'string' && typeof value.digest === 'string' && /^[0-9a-f]{64}$/.test(value.digest)
  );
}
