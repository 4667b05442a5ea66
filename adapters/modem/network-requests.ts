/** Pings, look-ups and times as they are asked for, checked before anything is written. */
import { isIP } from 'node:net';
import { ModemError } from '../../errors.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { shownValue } from '../dialects/shown-value.ts';
import { invalid, needSignal, needText, readOptions } from '../plain-options.ts';
import {
  type NetworkTimeReport,
  type PingReport,
  pingReader,
  type Resolution,
  resolutionReader,
  timeReader,
} from './network-results.ts';
import type { UrcRun } from './urc-results.ts';

/** What all of them take. */
export interface ToolOptions {
  /** Context id; the first of the modem's options when left out. */
  readonly context?: number;
  /** Ends the wait with `STOPPED`. */
  readonly signal?: AbortSignal;
}

export interface PingOptions extends ToolOptions {
  /** Number of requests, 1 to 10; 4 when left out. */
  readonly count?: number;
  /** Seconds to wait for each answer, 1 to 255; 4 when left out. */
  readonly timeoutS?: number;
  /** Length of each request, 32 to 1500 bytes; on rg only. */
  readonly lengthBytes?: number;
}

export interface SyncTimeOptions extends ToolOptions {
  /** UDP port of the server; 123 when left out. */
  readonly port?: number;
  /** Whether the module's clock is set by the answer; true when left out. */
  readonly set?: boolean;
}

const TOOL_OPTIONS = ['context', 'signal'] as const;
/** Names of the options of `ping` and `syncTime`. */
export const PING_OPTIONS = ['count', 'timeoutS', 'lengthBytes'] as const;
export const TIME_OPTIONS = ['port', 'set'] as const;
/** Allowed between two requests: the manuals give no figure. */
const PING_PAUSE_MS = 1_000;
/** For what the module does before the first and behind the last answer. */
const PING_MARGIN_MS = 5_000;
const RESOLUTION_LIMIT_MS = 60_000; // lte §2.1.14
const TIME_LIMIT_MS = 125_000; // lte §2.1.12
const MOST_PINGS = 10; // lte §2.1.11, rg §2.3.13

/** Reads the options of a call once.
 *
 * @throws INVALID_ARGUMENT for a name that is no option.
 */
export function readToolOptions<T extends ToolOptions>(given: T, ...more: readonly (keyof T & string)[]): T {
  const options = readOptions<T>(given, [...TOOL_OPTIONS, ...more]);
  needSignal(options.signal);
  return options as T;
}

function unsupported(doing: string, { name }: Dialect, instead: string): ModemError {
  return new ModemError('UNSUPPORTED', `${doing}: modules of the dialect ${name} cannot do that; ${instead}`);
}

/** @throws INVALID_ARGUMENT, UNSUPPORTED */
export function pingRun(
  host: string,
  options: PingOptions,
  dialect: Dialect,
  contextId: number,
): UrcRun<PingReport> {
  const { count = 4, timeoutS = 4, lengthBytes } = options;
  const doing = `ping of ${needText(host, 'host')}`;
  if (lengthBytes !== undefined && dialect.limits.pingBytes === undefined) {
    throw unsupported(doing, dialect, 'leave the length out');
  }
  const command = dialect.commands.ping?.(contextId, host, timeoutS, count, lengthBytes);
  if (command === undefined) throw unsupported(doing, dialect, 'connect() to a port of the host instead');
  const longestMs = 1000 * timeoutS + PING_PAUSE_MS;
  const lookUpMs = isIP(host) === 0 ? RESOLUTION_LIMIT_MS : 0;
  return {
    kind: 'ping',
    doing,
    contextId,
    command,
    limitMs: lookUpMs + Math.min(count, MOST_PINGS) * longestMs + PING_MARGIN_MS,
    reader: pingReader({ doing, command }, host, count, longestMs + PING_PAUSE_MS),
  };
}

/** @throws INVALID_ARGUMENT, UNSUPPORTED */
export function resolveRun(name: string, dialect: Dialect, contextId: number): UrcRun<Resolution> {
  const doing = `look-up of ${needText(name, 'host')}`;
  const command = dialect.commands.resolve?.(contextId, name);
  if (command === undefined) {
    throw unsupported(doing, dialect, 'give the name to connect() or ping(), which look it up');
  }
  const reader = resolutionReader({ doing, command });
  return { kind: 'resolve', doing, contextId, command, limitMs: RESOLUTION_LIMIT_MS, reader };
}

/** Checks a look-up without writing anything.
 *
 * @throws INVALID_ARGUMENT, UNSUPPORTED
 */
export function checkResolve(name: string, dialect: Dialect, contextId: number): void {
  if (dialect.commands.resolveAtOnce) dialect.commands.resolveAtOnce(contextId, name);
  else resolveRun(name, dialect, contextId);
}

/** @throws INVALID_ARGUMENT, UNSUPPORTED */
export function timeRun(
  server: string,
  options: SyncTimeOptions,
  dialect: Dialect,
  contextId: number,
): UrcRun<NetworkTimeReport> {
  const { port = 123, set = true } = options;
  const doing = `time from ${needText(server, 'server')}`;
  const command = dialect.commands.syncTime?.(contextId, server, port, set);
  if (command === undefined) throw unsupported(doing, dialect, 'take the time of the network: AT+CCLK?');
  const reader = timeReader({ doing, command });
  return { kind: 'time', doing, contextId, command, limitMs: TIME_LIMIT_MS, reader };
}

/** The addresses of one or two servers, as a list.
 *
 * @throws INVALID_ARGUMENT
 */
export function dnsServerList(first: string, second: string | undefined): readonly string[] {
  const servers = second === undefined ? [first] : [first, second];
  const wrong = servers.find((server) => typeof server !== 'string' || isIP(server) === 0);
  if (wrong !== undefined) throw invalid('DNS server', `must be an IP address, got ${shownValue(wrong)}`);
  return servers;
}
