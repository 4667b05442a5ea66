/** What modules say in three situations, the same bytes for every reader. */
import { seededRandom } from '../../simulator/random.ts';

export interface Workload {
  readonly name: string;
  readonly bytes: Buffer;
  /** Payload bytes among them. */
  readonly payloadBytes: number;
  /** The command that is in flight whenever no result is there, with the modes of its socket. */
  readonly command?: string;
  readonly mode: 'buffer' | 'push';
}

const SEED = 20_261_121;
const URCS = 20_000;
const READS = 400;
const READ_BYTES = 1500;
const PUSHES = 2_000;
const LONGEST_PUSH_BYTES = 1460;

const text = (line: string): Buffer => Buffer.from(`\r\n${line}\r\n`, 'latin1');

/** A busy gateway: mostly data notices, with results, clients, radio notices and pings between them. */
function urcs(): Workload {
  const random = seededRandom(SEED);
  const pick = (): string => {
    const id = random.integer(0, 11);
    const kind = random.integer(1, 100);
    if (kind <= 60) return `+QIURC: "recv",${id}`;
    if (kind <= 72) return `+QIURC: "closed",${id}`;
    if (kind <= 84) return `+QIOPEN: ${id},0`;
    if (kind <= 90) return `+CEREG: ${random.integer(0, 5)}`;
    if (kind <= 94) return `+QIURC: "pdpdeact",${random.integer(1, 3)}`;
    if (kind <= 97) return `+QIURC: "incoming",${id},1,"198.51.100.7",${random.integer(1024, 65_535)}`;
    return `+QPING: 0,"203.0.113.9",32,${random.integer(20, 900)},60`;
  };
  const lines = Array.from({ length: URCS }, () => text(pick()));
  return { name: 'URC-heavy', bytes: Buffer.concat(lines), payloadBytes: 0, mode: 'buffer' };
}

function payload(lengthBytes: number, random: ReturnType<typeof seededRandom>): Buffer {
  return Buffer.from(Array.from({ length: lengthBytes }, () => random.integer(0, 255)));
}

/** Full reads of binary data. */
function reads(): Workload {
  const random = seededRandom(SEED);
  const blocks = Array.from({ length: READS }, () =>
    Buffer.concat([text(`+QIRD: ${READ_BYTES}`), payload(READ_BYTES, random), text(''), text('OK')]),
  );
  const bytes = Buffer.concat(blocks);
  return {
    name: '1500-byte reads',
    bytes,
    payloadBytes: READS * READ_BYTES,
    command: 'AT+QIRD=0,1500',
    mode: 'buffer',
  };
}

/** Blocks of binary data of every length, pushed. */
function pushes(): Workload {
  const random = seededRandom(SEED);
  let payloadBytes = 0;
  const blocks = Array.from({ length: PUSHES }, () => {
    const lengthBytes = random.integer(1, LONGEST_PUSH_BYTES);
    payloadBytes += lengthBytes;
    const header = text(`+QIURC: "recv",0,${lengthBytes}`);
    return Buffer.concat([header, payload(lengthBytes, random), Buffer.from('\r\n')]);
  });
  return { name: 'direct push', bytes: Buffer.concat(blocks), payloadBytes, mode: 'push' };
}

export const workloads = (): Workload[] => [urcs(), reads(), pushes()];

/** The bytes as a port delivers them: each chunk in memory of its own. */
export function chunksOf(bytes: Buffer, lengthBytes: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += lengthBytes) {
    chunks.push(Buffer.from(bytes.subarray(at, at + lengthBytes)));
  }
  return chunks;
}
