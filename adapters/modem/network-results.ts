/** Readers of the URCs in which modules report pings, addresses and the time. */
import { isIPv4 } from 'node:net';
import { ModemError } from '../../errors.ts';
import type { Urc } from '../../streams/urcs.ts';
import type { Command, PingReply } from '../dialects/dialect.ts';
import type { NetworkTime } from '../dialects/network-time.ts';
import { moduleError } from './network-errors.ts';
import type { UrcReader } from './urc-results.ts';

/** A request of a ping run that was not answered: number of the manual's error table, 569 for none in time. */
export interface PingFailure {
  /** Number of the manual's error table; 569 when nothing came in time. */
  readonly error: number;
}

/** What a run of pings came to. Times are 0 when nothing was received. */
export interface PingReport {
  /** One entry a request, in their order, as far as the module reported it. */
  readonly replies: readonly (PingReply | PingFailure)[];
  /** Requests that were sent. */
  readonly sent: number;
  /** Requests that were answered. */
  readonly received: number;
  /** Requests that were not answered in time. */
  readonly lost: number;
  /** Shortest time to an answer, in milliseconds. */
  readonly minMs: number;
  /** Longest time to an answer, in milliseconds. */
  readonly maxMs: number;
  /** Mean time to an answer, in milliseconds. */
  readonly averageMs: number;
}

/** Addresses of a host name. */
export interface Resolution {
  /** IP addresses, in the order of the module. */
  readonly addresses: readonly string[];
  /** Seconds for which they hold; `undefined` when the line that says so got lost. */
  readonly ttlS: number | undefined;
}

/** Answer of a time server, as the module prints it. */
export interface NetworkTimeReport {
  /** UTC; `undefined` when the text does not have the documented form: `raw` is then all there is (D4). */
  readonly utc: NetworkTime | undefined;
  /** As printed: `2024/03/01,12:00:00+04`; empty when the module printed none. */
  readonly raw: string;
}

/** What a run was started with. */
export interface RunSubject {
  readonly doing: string;
  readonly command: Command;
}

type PingUrc = Urc & { readonly name: 'ping' };

function replyOf(urc: PingUrc): PingReply | PingFailure {
  const { result, address = '', bytes = 0, time = 0, ttl = 0 } = urc;
  return result === 0 ? { address, lengthBytes: bytes, timeMs: time, ttl } : { error: result };
}

/** The statistics that the module's own summary would have, where that got lost. */
function counted(replies: PingReport['replies']): Omit<PingReport, 'replies'> {
  const times = replies.flatMap((reply) => ('timeMs' in reply ? reply.timeMs : []));
  const [sent, received] = [replies.length, times.length];
  const sumMs = times.reduce((sum, timeMs) => sum + timeMs, 0);
  return {
    sent,
    received,
    lost: sent - received,
    minMs: received === 0 ? 0 : Math.min(...times),
    maxMs: received === 0 ? 0 : Math.max(...times),
    averageMs: received === 0 ? 0 : Math.round(sumMs / received),
  };
}

/** Reads `+QPING: <result>[,…]`, one a request, and the summary behind them (lte §2.1.11, rg §2.3.13).
 *
 * @param quietMs the longest distance between two lines.
 */
export function pingReader(
  subject: RunSubject,
  host: string,
  count: number,
  quietMs: number,
): UrcReader<PingReport> {
  const replies: (PingReply | PingFailure)[] = [];
  let summary: Omit<PingReport, 'replies'> | undefined;
  let isRefused = false;
  const isForeign = ({ address }: PingUrc): boolean =>
    isIPv4(host) && address !== undefined && isIPv4(address) && address !== host; // of a run that was given up
  return {
    quietMs,
    take: (urc) => {
      if (urc.name === 'ping_summary') {
        const { sent, received, lost, min, max, avg } = urc;
        summary = { sent, received, lost, minMs: min, maxMs: max, averageMs: avg };
        return true;
      }
      if (urc.name !== 'ping' || isForeign(urc)) return false;
      if (replies.length < count) replies.push(replyOf(urc));
      else isRefused = true; // one line more than requests: the final result, without figures
      return true;
    },
    isComplete: () => summary !== undefined || isRefused,
    result: () => {
      if (summary) return { replies, ...summary };
      const [first] = replies;
      if (first === undefined) return undefined;
      const isLone = replies.length === 1 && !isRefused;
      if (isLone && 'error' in first) {
        throw moduleError(subject.doing, subject.command, first.error, `+QPING: ${first.error}`); // D24
      }
      return { replies, ...counted(replies) };
    },
  };
}

/** Longest distance between the lines of a resolution: they come together. */
const RESOLUTION_QUIET_MS = 5_000;

/** Reads `+QIURC: "dnsgip",<err>,<count>,<ttl>` and one line per address (lte §2.1.14). */
export function resolutionReader({ doing, command }: RunSubject): UrcReader<Resolution> {
  const addresses: string[] = [];
  let head: (Urc & { readonly name: 'dns_result' }) | undefined;
  const wanted = (): number => head?.count ?? Number.POSITIVE_INFINITY;
  return {
    quietMs: RESOLUTION_QUIET_MS,
    take: (urc) => {
      if (urc.name !== 'dns_result') return false;
      if (urc.address !== undefined) addresses.push(urc.address);
      else head = urc;
      return true;
    },
    isComplete: () => head !== undefined && (head.err !== 0 || addresses.length >= wanted()),
    result: () => {
      const { err = 0, count, ttl } = head ?? {};
      if (err !== 0) throw moduleError(doing, command, err, `+QIURC: "dnsgip",${err}`);
      if (count === 0) throw new ModemError('NAME_NOT_RESOLVED', `${doing}: the name has no address`);
      return addresses.length === 0 ? undefined : { addresses, ttlS: ttl };
    },
  };
}

/** Reads `+QNTP: <err>,<time>` (lte §2.1.12). */
export function timeReader({ doing, command }: RunSubject): UrcReader<NetworkTimeReport> {
  let answer: (Urc & { readonly name: 'ntp' }) | undefined;
  return {
    quietMs: 0,
    take: (urc) => {
      if (urc.name !== 'ntp') return false;
      answer = urc;
      return true;
    },
    isComplete: () => answer !== undefined,
    result: () => {
      if (answer === undefined) return undefined;
      const { err, time = '', utc } = answer;
      if (err !== 0) throw moduleError(doing, command, err, `+QNTP: ${err}`);
      return { utc, raw: time };
    },
  };
}
