/** The least time in which a payload can cross a UART: what the best possible host would have to put on that wire, with the time that
 * the module takes for its answers. One command is in flight at a time (protocol.md §2), so commands and answers add up.
 *
 * 8N1: ten bit times a byte. A line that has waited is not counted: the best host never lets it wait.
 */
import type { VirtualDialect } from '../../simulator/index.ts';

export type Mode = 'buffer' | 'push' | 'transparent';
export type Direction = 'up' | 'down' | 'both';

export interface LinkCase {
  readonly dialect: VirtualDialect;
  readonly mode: Mode;
  readonly direction: Direction;
  readonly baud: number;
  /** From the end of a command, or of a payload, to the first byte of the answer. */
  readonly latencyMs: number;
}

/** What goes over the wire for one full send or read. */
interface Exchange {
  readonly payloadBytes: number;
  /** Bytes on the wire for each byte of payload: 2 where it is written as hex digits. */
  readonly perByte: number;
  /** In front of the payload, and behind it. */
  readonly aheadBytes: number;
  readonly behindBytes: number;
  /** Answers of the module that are waited for: in front of the payload, and behind it. */
  readonly aheadAnswers: number;
  readonly behindAnswers: number;
}

/** @param command and what the module says in front of the payload, and behind it: one answer each. */
const send = (
  command: string,
  ahead: string,
  behind: string,
): Omit<Exchange, 'payloadBytes' | 'perByte'> => ({
  ...{ aheadBytes: command.length + ahead.length, behindBytes: behind.length },
  ...{ aheadAnswers: 1, behindAnswers: 1 },
});

const prompted: Exchange = {
  ...{ payloadBytes: 1460, perByte: 1 },
  ...send('AT+QISEND=0,1460\r', '\r\n> ', '\r\nSEND OK\r\n'),
};

const SENDS: Record<VirtualDialect, Exchange> = {
  lte: prompted,
  ugxx: prompted,
  rg: prompted,
  gsm: prompted,
  bc66: {
    ...{ payloadBytes: 700, perByte: 2 },
    // The command is carried out when the module has had its time. Its OK passes while SEND OK is waited for.
    ...send('AT+QISENDEX=0,700,\r', '', '\r\nSEND OK\r\n'),
  },
};

const read = (payloadBytes: number, command: string, header: string, final: string): Exchange => ({
  ...{ payloadBytes, perByte: 1, aheadAnswers: 1, behindAnswers: 0 },
  ...{ aheadBytes: command.length + header.length, behindBytes: final.length },
});
const named = read(1500, 'AT+QIRD=0,1500\r', '\r\n+QIRD: 1500\r\n', '\r\n\r\nOK\r\n');

const READS: Record<VirtualDialect, Exchange> = {
  lte: named,
  ugxx: named,
  rg: named,
  gsm: read(1500, 'AT+QIRD=0,1,0,1500\r', '\r\n+QIRD:198.51.100.7:7000,TCP,1500\r\n', '\r\nOK\r\n'),
  bc66: read(700, 'AT+QIRD=0,700\r', '\r\n+QIRD: 700\r\n', '\r\n\r\nOK\r\n'),
};

const pushed = (payloadBytes: number, header: string, end: string): Exchange => ({
  ...{ payloadBytes, perByte: 1, aheadAnswers: 0, behindAnswers: 0 },
  ...{ aheadBytes: header.length, behindBytes: end.length },
});
const noticed = pushed(1500, '\r\n+QIURC: "recv",0,1500\r\n', '\r\n');

const PUSHES: Record<VirtualDialect, Exchange> = {
  lte: noticed,
  ugxx: noticed,
  rg: noticed,
  gsm: pushed(1460, '\r\n+RECEIVE: 0, 1460\r\n', ''),
  bc66: noticed,
};

/** Until the last byte of payload has arrived: what comes behind it is not waited for. */
function timeOf(exchange: Exchange, { baud, latencyMs }: LinkCase, lengthBytes: number): number {
  const { payloadBytes, perByte, aheadBytes, behindBytes, aheadAnswers, behindAnswers } = exchange;
  const exchanges = Math.ceil(lengthBytes / payloadBytes);
  const wireBytes = lengthBytes * perByte + exchanges * (aheadBytes + behindBytes) - behindBytes;
  const answers = exchanges * (aheadAnswers + behindAnswers) - behindAnswers;
  return (wireBytes * 10_000) / baud + answers * latencyMs;
}

/** Milliseconds for `lengthBytes` in each direction of the case. */
export function limitMs(link: LinkCase, lengthBytes: number): number {
  const { dialect, mode, direction } = link;
  if (mode === 'transparent') return (lengthBytes * 10_000) / link.baud; // both ways at the same time
  const up = direction === 'down' ? 0 : timeOf(SENDS[dialect], link, lengthBytes);
  const down =
    direction === 'up' ? 0 : timeOf((mode === 'push' ? PUSHES : READS)[dialect], link, lengthBytes);
  return up + down;
}
