/** One TCP connection with an application at each end, and what must hold of it. */
import type { ModemSocket } from '../../index.ts';
import type { MemoryPeer } from '../../simulator/index.ts';
import type { HostProcess } from './host-process.ts';
import type { Oracle } from './oracle.ts';
import type { Mode, Next } from './schedule.ts';
import { Receiver, type Stream, type StreamBook } from './streams.ts';

/** What both ends of a connection are given. */
export interface FlowSetting {
  readonly host: HostProcess;
  readonly book: StreamBook;
  readonly oracle: Oracle;
  readonly name: string;
  /** The module tells what its peer has. */
  readonly countsAcknowledged: boolean;
  /** Calls later, whatever becomes of the host. */
  readonly after: (delayMs: number, task: () => void) => void;
}

const HEADER_BYTES = 2;
const PAUSE_MS = 20_000;

/** The end in the host. */
export class HostEnd {
  readonly up: Stream;
  readonly socket: ModemSocket;
  readonly receiver: Receiver;
  readonly #in: FlowSetting;
  #hasEnded = false;
  #hasFailed = false;
  #isClosed = false;
  #peerEndedFirst = false;

  get host(): HostProcess {
    return this.#in.host;
  }

  constructor(setting: FlowSetting, socket: ModemSocket, up: Stream, down?: readonly Stream[]) {
    this.#in = setting;
    this.socket = socket;
    this.up = up;
    const fail = (text: string): void => this.#fail('bytes', text);
    this.receiver = new Receiver(setting.book, setting.name, fail, down);
    this.#watch();
  }

  get isOpen(): boolean {
    return !this.#isClosed && !this.socket.destroyed && this.socket.writable;
  }

  /** Writes so many bytes, the head of the stream first. */
  write(lengthBytes: number): void {
    const { host, book } = this.#in;
    const isFirst = this.up.writtenBytes === 0;
    const bytes = book.write(this.up, isFirst ? Math.max(HEADER_BYTES, lengthBytes) : lengthBytes);
    if (bytes.length === 0) return;
    const settle = host.owe(`a write callback of ${this.#in.name}`);
    this.socket.write(bytes, () => settle());
  }

  /** What the application does behind the bytes. */
  proceed(next: Next | undefined, to: Mode = 'buffer'): void {
    const { host, name, after } = this.#in;
    if (next === 'acknowledge') this.#acknowledge();
    else if (next === 'end') this.socket.end();
    else if (next === 'destroy') this.socket.destroy();
    else if (next === 'switch') host.track(`switchMode() of ${name}`, this.socket.switchMode(to));
    else if (next === 'pause') {
      this.socket.pause();
      after(PAUSE_MS, () => this.#isClosed || host.isOver || this.socket.resume());
    }
  }

  /** The peer has written its last byte, and nothing has gone wrong so far. */
  peerEnded(): void {
    this.#peerEndedFirst ||= !this.socket.writableEnded && !this.socket.destroyed;
  }

  #acknowledge(): void {
    const { host, name, oracle, countsAcknowledged } = this.#in;
    const targetBytes = this.up.writtenBytes;
    host.track(`acknowledged() of ${name}`, this.socket.acknowledged(), (error) => {
      if (error !== undefined) return;
      oracle.expect(countsAcknowledged, 'acknowledged', `${name}: acknowledged() resolved without counters`);
      const got = this.up.receivedBytes;
      const text = `${name}: acknowledged() resolved at ${targetBytes}, the peer has ${got}`;
      oracle.expect(got >= targetBytes, 'acknowledged', text);
    });
  }

  #watch(): void {
    const { socket } = this;
    const { host, name } = this.#in;
    const closed = host.owe(`the close of ${name}`);
    socket.on('data', (bytes: Buffer) => this.#live('data') && this.receiver.take(bytes));
    socket.on('end', () => {
      if (!this.#live('end')) return;
      this.#hasEnded = true;
      this.#checkDown();
    });
    socket.on('error', (error) => {
      if (!this.#live('error')) return;
      this.#hasFailed = true;
      host.checkError(name, error);
      this.#checkCount(error);
    });
    socket.on('finish', () => this.#live('finish'));
    socket.on('drain', () => this.#live('drain'));
    socket.on('close', () => {
      if (!this.#live('close')) return;
      this.#isClosed = true;
      closed();
      this.#checkUp();
    });
  }

  /** False when nobody lives to see the event. Nothing may come behind `close`. */
  #live(event: string): boolean {
    if (this.#in.host.isDead) return false;
    if (this.#isClosed) this.#fail('late', `${this.#in.name}: ${event} after close`);
    return true;
  }

  #checkCount(error: unknown): void {
    const claimed = [this.socket.bytesAcknowledged];
    if (error instanceof Error && 'details' in error) {
      const { details } = error as { details: { bytesAcknowledged?: number } };
      if (details.bytesAcknowledged !== undefined) claimed.push(details.bytesAcknowledged);
    }
    const most = Math.max(...claimed);
    const got = this.up.receivedBytes;
    if (most > got) this.#fail('acknowledged', `${this.#in.name}: ${most} acknowledged, the peer has ${got}`);
  }

  /** Ended, everything written, no error: the peer has all of it. */
  #checkUp(): void {
    this.#checkCount(undefined);
    const { socket, up } = this;
    const isClean = socket.writableFinished && !this.#hasFailed && this.#hasEnded;
    if (!isClean || up.receivedBytes >= up.writtenBytes || up.cut !== undefined) return;
    this.#fail(
      'bytes',
      `${this.#in.name} ended well, the peer has ${up.receivedBytes} of ${up.writtenBytes}`,
    );
  }

  /** What the peer wrote before it ended by itself comes before `end`. */
  #checkDown(): void {
    const down = this.receiver.stream;
    if (!this.#peerEndedFirst || this.#hasFailed || down === undefined) return;
    if (down.cut !== undefined || down.excuse !== undefined) return;
    if (down.receivedBytes >= down.writtenBytes) return;
    this.#fail(
      'bytes',
      `${this.#in.name}: end after ${down.receivedBytes} of ${down.writtenBytes} bytes of the peer`,
    );
  }

  #fail(check: 'bytes' | 'acknowledged' | 'late', text: string): void {
    this.#in.oracle.fail(check, text);
  }
}

/** The end at the peer. */
export class PeerEnd {
  readonly peer: MemoryPeer;
  readonly down: Stream;
  readonly receiver: Receiver;
  readonly #book: StreamBook;
  #isClosed = false;
  #hasEnded = false;

  constructor(
    peer: MemoryPeer,
    book: StreamBook,
    oracle: Oracle,
    name: string,
    down: Stream,
    up?: readonly Stream[],
  ) {
    this.peer = peer;
    this.down = down;
    this.#book = book;
    this.receiver = new Receiver(book, `the peer of ${name}`, (text) => oracle.fail('bytes', text), up);
    peer.onData = (bytes) => this.receiver.take(bytes);
    peer.onClosed = () => {
      this.#isClosed = true;
    };
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  write(lengthBytes: number): void {
    if (this.#hasEnded) return;
    const isFirst = this.down.writtenBytes === 0;
    const bytes = this.#book.write(this.down, isFirst ? Math.max(HEADER_BYTES, lengthBytes) : lengthBytes);
    if (bytes.length > 0) this.peer.write(bytes);
  }

  end(): void {
    this.#hasEnded = true;
    this.peer.end();
  }

  reset(): void {
    this.#hasEnded = true;
    this.down.cut ??= 'the peer broke it off';
    this.peer.reset();
  }
}
