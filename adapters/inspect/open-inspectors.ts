import { isModemError, ModemError } from '../../errors.ts';
import { delay, systemClock } from '../../streams/clock.ts';
import { endingWithin } from '../ending-within.ts';
import { messageOf } from '../foreign-error.ts';
import type { Inspector } from './inspector.ts';

/** One that does not end is left behind. */
const LONGEST_CLOSE_MS = 3_000;
const LONGEST_OPEN_MS = 10_000;

/** The inspectors of one modem, from its start to its end. */
export class OpenInspectors {
  readonly #inspectors: readonly Inspector[];
  readonly #open = new Set<Inspector>();
  #closing: Promise<void> | undefined;

  constructor(inspectors: readonly Inspector[]) {
    this.#inspectors = inspectors;
  }

  /** Rejects with `INSPECTOR_FAILED` for the first one that cannot be opened. */
  async open(): Promise<void> {
    for (const inspector of this.#inspectors) {
      try {
        await endingWithin(systemClock, LONGEST_OPEN_MS, async () => inspector.open(), notOpened);
      } catch (error) {
        if (isModemError(error)) throw error;
        throw new ModemError('INSPECTOR_FAILED', `an inspector did not open: ${messageOf(error)}`, {}, error);
      }
      if (this.#closing) await closed(inspector);
      else this.#open.add(inspector);
    }
  }

  /** Never rejects, and takes no longer than it may: it is not what the modem is there for. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const limit = new AbortController();
    const waited = delay(systemClock, LONGEST_CLOSE_MS, limit.signal).catch(() => undefined);
    await Promise.race([waited, Promise.all([...this.#open].map(closed))]);
    limit.abort();
  }
}

const notOpened = (): ModemError =>
  new ModemError('INSPECTOR_FAILED', `an inspector did not open within ${LONGEST_OPEN_MS / 1000} s`);

async function closed(inspector: Inspector): Promise<void> {
  try {
    await inspector.close();
  } catch {
    // It is its own loss.
  }
}
