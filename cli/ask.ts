import type { Dialect } from '../adapters/dialects/dialect.ts';
import type { Modem } from '../adapters/modem/modem.ts';
import { EXIT, type Io } from './io.ts';
import { type CommonOptions, prepareModem, requireApn, startWithin } from './modem-options.ts';

/** One thing that is asked through the module. */
export interface Query<T> {
  /** Throws for arguments that lead nowhere, before the port is opened. */
  readonly check: (dialect: Dialect, contextId: number) => unknown;
  readonly ask: (modem: Modem, signal: AbortSignal) => Promise<T>;
  readonly inWords: (answer: T) => readonly string[];
  /** For `--json`; the answer itself when left out. */
  readonly asJson?: (answer: T) => object;
  /** False when the answer is one, but not what was hoped for; exit 1. */
  readonly isGood?: (answer: T) => boolean;
}

/** Brings the module up, asks, prints the answer and stops. Exit 0 or 1. */
export async function askNetwork<T>(
  address: string,
  options: CommonOptions,
  io: Io,
  query: Query<T>,
): Promise<number> {
  requireApn(address, options);
  const prepared = await prepareModem(address, options, io);
  const { modem } = prepared;
  try {
    // The command line makes one context, the lowest.
    if (modem.isDialectKnown) query.check(modem.dialect, modem.dialect.limits.contextIds[0]);
    await startWithin(prepared, io.signal);
    const answer = await query.ask(modem, io.signal);
    const { inWords, asJson, isGood } = query;
    const lines = options.json ? [JSON.stringify(asJson?.(answer) ?? answer)] : inWords(answer);
    io.stdout.write(`${lines.join('\n')}\n`);
    return isGood?.(answer) === false ? EXIT.failed : EXIT.ok;
  } finally {
    await prepared.stop();
  }
}
