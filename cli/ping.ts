import { moduleErrorText } from '../adapters/command-error.ts';
import { pingRun } from '../adapters/modem/network-requests.ts';
import type { PingReport } from '../adapters/modem/network-results.ts';
import { askNetwork } from './ask.ts';
import type { Io } from './io.ts';
import type { CommonOptions } from './modem-options.ts';

export interface PingCommandOptions extends CommonOptions {
  readonly count?: number;
  /** Bytes. */
  readonly size?: number;
}

function inWords({ replies, sent, received, lost, minMs, maxMs, averageMs }: PingReport): readonly string[] {
  const times = `${minMs} ms at least, ${averageMs} ms on average, ${maxMs} ms at most`;
  return [
    ...replies.map((reply) =>
      'error' in reply
        ? `no answer: ${moduleErrorText(reply.error)}`
        : `${reply.lengthBytes} bytes from ${reply.address}: ${reply.timeMs} ms, TTL ${reply.ttl}`,
    ),
    `${sent} sent, ${received} received, ${lost} lost${received > 0 ? `; ${times}` : ''}`,
  ];
}

/** `urchestra ping P HOST`: exit 1 when nothing comes back. */
export function ping(address: string, host: string, options: PingCommandOptions, io: Io): Promise<number> {
  const { count, size } = options;
  const wanted = {
    ...(count !== undefined && { count }),
    ...(size !== undefined && { lengthBytes: size }),
  };
  return askNetwork(address, options, io, {
    check: (dialect, contextId) => pingRun(host, wanted, dialect, contextId),
    ask: (modem, signal) => modem.ping(host, { ...wanted, signal }),
    inWords,
    isGood: ({ received }) => received > 0,
  });
}
