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

  /** What is known of this PIN: the SIM refused it, or it was given and nobody heard what the SIM said. */
  async verdictOn(pin: string): Promise<'refused' | 'unknown' | undefined> {
    const record = await this.#store.read(PinMemory.KEY);
    if (!isRecord(record)) return undefined;
    const isSame = timingSafeEqual(Buffer.from(record.digest, 'hex'), digest(pin, record.salt));
    if (!isSame) return undefined;
    return record.verdict === 'unknown' ? 'unknown' : 'refused';
  }

  /** To be called before the PIN goes out: a crash in between must not lead to a second try. */
  async remember(pin: string): Promise<void> {
    await this.#note(pin, 'unknown');
  }

  /** The SIM said no. */
  async refuse(pin: string): Promise<void> {
    await this.#note(pin, 'refused');
  }

  /** The SIM is ready, so the PIN was right, if one was given. */
  async confirm(): Promise<void> {
    const record = await this.#store.read(PinMemory.KEY);
    if (record !== undefined && record !== null) await this.#store.write(PinMemory.KEY, null);
  }

  async #note(pin: string, verdict: 'refused' | 'unknown'): Promise<void> {
    const salt = randomBytes(16).toString('hex');
    await this.#store.write(PinMemory.KEY, { salt, digest: digest(pin, salt).toString('hex'), verdict });
  }
}

function digest(pin: string, salt: string): Buffer {
  return createHash('sha256').update(`${salt}:${pin}`).digest();
}

interface PinRecord {
  readonly salt: string;
  readonly digest: string;
  readonly verdict?: unknown;
}

function isRecord(value: unknown): value is PinRecord {
  if (typeof value !== 'object' || value === null || !('salt' in value) || !('digest' in value)) return false;
  return (
    typeof value.salt === 'string' && typeof value.digest === 'string' && /^[0-9a-f]{64}$/.test(value.digest)
  );
}
