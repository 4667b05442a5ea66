/** What goes through connections: bytes that tell which stream they belong to, and where in it they stand.
 *
 * A stream is one direction of one connection. It begins with its number, so that the receiving end knows what it has got,
 * whoever it was connected with.
 */
import { seededRandom } from '../../simulator/random.ts';

/** A prime: no two streams have the same bytes at the same place for long. */
const TABLE_BYTES = 65_521;
const STEP = 9_973;
const HEADER_BYTES = 2;

/** What must never mean anything inside payload. */
const LOOK_ALIKES = [
  '\r\nOK\r\n',
  '\r\nERROR\r\n',
  '\r\nNO CARRIER\r\n',
  '\r\nCLOSED\r\n',
  '+++',
  '\x1b',
  '\x1a',
  '\r\n> ',
  '\r\nSEND OK\r\n',
  '\r\n+QIURC: "closed",0\r\n',
  '\r\n+QIURC: "recv",0,5\r\n',
  '\r\n+PDP DEACT\r\n',
  '\r\nRDY\r\n',
  'AT+CSQ\r',
  '\r\n0, CLOSED\r\n',
];

function makeTable(): Buffer {
  const random = seededRandom(20_261_127);
  const table = Buffer.alloc(2 * TABLE_BYTES);
  for (let at = 0; at < TABLE_BYTES; at += 1) table[at] = random.integer(0, 255);
  for (let at = 100; at < TABLE_BYTES - 100; at += random.integer(40, 400)) {
    table.write(LOOK_ALIKES[random.integer(0, LOOK_ALIKES.length - 1)] ?? '', at, 'latin1');
  }
  table.copyWithin(TABLE_BYTES, 0, TABLE_BYTES);
  return table;
}

const TABLE = makeTable();

/** The bytes of stream `id` from `offset` on. */
export function bytesOf(id: number, offset: number, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  let done = 0;
  while (done < lengthBytes) {
    const from = (id * STEP + offset + done) % TABLE_BYTES;
    done += TABLE.copy(bytes, done, from, Math.min(from + lengthBytes - done, TABLE.length));
  }
  for (let at = offset; at < Math.min(HEADER_BYTES, offset + lengthBytes); at += 1)
    bytes[at - offset] = at === 0 ? id >> 8 : id & 0xff;
  return bytes;
}

/** One direction of one connection. */
export interface Stream {
  readonly id: number;
  /** In words, for reports. */
  readonly name: string;
  writtenBytes: number;
  /** What arrived, and was right. */
  receivedBytes: number;
  /** Who receives it: one end, never two. */
  receiver: Receiver | undefined;
  /** Why more may arrive than was written, or something else; `undefined` while nothing may. */
  excuse: string | undefined;
  /** Why the rest may be missing although both ends think that all is well. */
  cut: string | undefined;
}

/** Every stream of a case, by its number. */
export class StreamBook {
  readonly #streams = new Map<number, Stream>();
  /** Escapes that the module may take for payload (fault `missEscape`): three plus signs each. */
  strayEscapes = 0;

  open(name: string): Stream {
    const id = this.#streams.size + 1;
    const stream: Stream = {
      ...{ id, name, writtenBytes: 0, receivedBytes: 0 },
      ...{ receiver: undefined, excuse: undefined, cut: undefined },
    };
    this.#streams.set(id, stream);
    return stream;
  }

  get(id: number): Stream | undefined {
    return this.#streams.get(id);
  }

  /** The next bytes of a stream. */
  write(stream: Stream, lengthBytes: number): Buffer {
    const bytes = bytesOf(stream.id, stream.writtenBytes, lengthBytes);
    stream.writtenBytes += lengthBytes;
    return bytes;
  }
}

const PLUS = 0x2b;

/** Where an escape begins that is none of the stream: its first plus signs may be what comes next in the stream, too. */
function strayEscapeAt(bytes: Uint8Array, mismatchAt: number): number | undefined {
  return [mismatchAt, mismatchAt - 1, mismatchAt - 2].find(
    (at) => at >= 0 && bytes.length >= at + 3 && bytes.subarray(at, at + 3).every((byte) => byte === PLUS),
  );
}

/** The end at which a stream arrives. */
export class Receiver {
  /** Known in advance where a connection was opened for them. */
  readonly #expected: readonly Stream[] | undefined;
  readonly #book: StreamBook;
  readonly #name: string;
  readonly #fail: (text: string) => void;
  /** Why something else may arrive than any stream; `undefined` while nothing may. */
  excuse: string | undefined;
  #head: number[] = [];
  #stream: Stream | undefined;
  #isOver = false;

  constructor(book: StreamBook, name: string, fail: (text: string) => void, expected?: readonly Stream[]) {
    this.#book = book;
    this.#name = name;
    this.#fail = fail;
    this.#expected = expected;
  }

  /** What arrives here, once its head has. */
  get stream(): Stream | undefined {
    return this.#stream;
  }

  take(bytes: Uint8Array): void {
    if (this.#isOver) return;
    let rest = bytes;
    while (this.#stream === undefined && rest.length > 0) {
      this.#head.push(rest[0] ?? 0);
      rest = rest.subarray(1);
      if (this.#head.length === 3 && this.#book.strayEscapes > 0) this.#skipEscape();
      if (this.#head.length === HEADER_BYTES && !this.#mayBeEscape) this.#recognise();
      if (this.#isOver) return;
    }
    if (this.#stream && rest.length > 0) this.#compare(this.#stream, rest);
  }

  /** Two plus signs may be the beginning of an escape that the module did not see. */
  get #mayBeEscape(): boolean {
    return this.#book.strayEscapes > 0 && this.#head.every((byte) => byte === PLUS);
  }

  #skipEscape(): void {
    this.#head = [];
    this.#book.strayEscapes -= 1;
  }

  #recognise(): void {
    const [high = 0, low = 0] = this.#head;
    const stream = this.#book.get((high << 8) | low);
    const excused = this.excuse ?? this.#expected?.find(({ excuse }) => excuse !== undefined)?.excuse;
    if (stream === undefined || (this.#expected && !this.#expected.includes(stream))) {
      if (excused === undefined)
        this.#stop(`began with ${high},${low}, which is ${stream?.name ?? 'no stream'}`);
      this.#isOver = true;
      return;
    }
    if (stream.receiver) {
      this.#stop(`got ${stream.name} once more: somebody else has it already`);
      return;
    }
    this.#stream = stream;
    stream.receiver = this;
    stream.receivedBytes = HEADER_BYTES;
    if (stream.writtenBytes < HEADER_BYTES) this.#stop(`got more of ${stream.name} than was written`);
  }

  #compare(stream: Stream, bytes: Uint8Array): void {
    const expected = bytesOf(stream.id, stream.receivedBytes, bytes.length);
    let same = bytes.length;
    if (!expected.equals(bytes)) for (same = 0; expected[same] === bytes[same]; ) same += 1;
    same = Math.max(0, Math.min(same, stream.writtenBytes - stream.receivedBytes));
    stream.receivedBytes += same;
    if (same === bytes.length) return;
    const strayAt = this.#book.strayEscapes > 0 ? strayEscapeAt(bytes, same) : undefined;
    if (strayAt !== undefined) {
      this.#book.strayEscapes -= 1;
      stream.receivedBytes -= same - strayAt;
      if (bytes.length > strayAt + 3) this.#compare(stream, bytes.subarray(strayAt + 3));
      return;
    }
    const rest = bytes.subarray(same);
    if ((this.excuse ?? stream.excuse) !== undefined) {
      this.#isOver = true;
      return;
    }
    const shown = JSON.stringify(Buffer.from(rest.subarray(0, 24)).toString('latin1'));
    this.#stop(
      `got ${shown} at ${stream.receivedBytes} of ${stream.name}, of which ${stream.writtenBytes} bytes were written`,
    );
  }

  #stop(problem: string): void {
    this.#isOver = true;
    this.#fail(`${this.#name} ${problem}`);
  }
}
