import type { NetworkTime } from '../adapters/dialects/network-time.ts';
import { timeRun } from '../adapters/modem/network-requests.ts';
import type { NetworkTimeReport } from '../adapters/modem/network-results.ts';
import { askNetwork } from './ask.ts';
import type { Io } from './io.ts';
import type { CommonOptions } from './modem-options.ts';

export interface TimeOptions extends CommonOptions {
  /** UDP port of the server. */
  readonly port?: number;
}

/** ISO 8601. */
function isoText({ year, month, day, hours, minutes, seconds }: NetworkTime): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date}T${two(hours)}:${two(minutes)}:${two(seconds)}Z`;
}

/** The time, or what was printed in its place (D4). */
export function timeInWords({ utc, raw }: NetworkTimeReport): readonly string[] {
  if (utc) return [`${isoText(utc)} (printed as ${raw})`];
  return [`printed as ${JSON.stringify(raw)}, which is not the documented form: take it as it is`];
}

/** `urchestra time P SERVER`: the module's clock is set, too. */
export function time(address: string, server: string, options: TimeOptions, io: Io): Promise<number> {
  const wanted = options.port === undefined ? {} : { port: options.port };
  return askNetwork(address, options, io, {
    check: (dialect, contextId) => timeRun(server, wanted, dialect, contextId),
    ask: (modem, signal) => modem.syncTime(server, { ...wanted, signal }),
    inWords: timeInWords,
    asJson: ({ utc, raw }) => ({
      utc: utc ? isoText(utc) : null,
      ...(utc?.zoneMinutes !== undefined && { zoneMinutes: utc.zoneMinutes }),
      raw,
    }),
  });
}
