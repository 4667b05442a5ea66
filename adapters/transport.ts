import { ModemError } from '../errors.ts';
import type { Clock } from '../streams/clock.ts';
import { messageOf } from './foreign-error.ts';
import type { PortLines } from './port.ts';

/** How a port reaches its device: all that differs between a serial port, TCP and memory. */
export interface Transport {
  /** Names the port in errors and logs: `/dev/ttyUSB2 at 115200 baud`. */
  readonly description: string;
  /** Whether the channels of this transport have control lines. */
  readonly hasLines: boolean;
  /** Opens the device. Delivers no bytes before it resolves; rejects with a coded error, soon after an abort too. */
  open(sink: Sink, signal: AbortSignal): Promise<Channel>;
}

/** Where a transport reports to. Calls after the end of the session are ignored. */
export interface Sink {
  bytes(chunk: Uint8Array): void;
  lost(reason: string, cause?: unknown): void;
}

/** One open device. */
export interface Channel {
  readonly lines?: PortLines;
  /** Resolves when the bytes were handed over; a rejection means that the device is gone. One call at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Lets the handle go. `discard`: what the device has not taken yet is not wanted any more. */
  release(discard: boolean): Promise<void>;
}

/** The control lines of whatever channel is open at the time of the call. */
export function linesOf(description: string, channel: () => Channel | undefined): PortLines {
  return {
    async set(levels) {
      const lines = channel()?.lines;
      if (!lines) throw closedError(description, 'cannot set control lines');
      await lines.set(levels);
    },
    dcd: async () => channel()?.lines?.dcd(),
  };
}

/** `PORT_LOST`: something was asked of a port that is not open, or that was closed meanwhile. */
export function closedError(port: string, what: string): ModemError<'PORT_LOST'> {
  return new ModemError('PORT_LOST', `${what}: ${port} is closed; open() it first`, { port });
}

/** `PORT_LOST`: an open port vanished. */
export function lostError(port: string, reason: string, cause?: unknown): ModemError<'PORT_LOST'> {
  const text = cause === undefined ? '' : ` (${messageOf(cause)})`;
  return new ModemError('PORT_LOST', `lost ${port}: ${reason}${text}; open() it again`, { port }, cause);
}

/** An open that did not succeed: why, and what to try. */
export function openError(
  code: 'PORT_NOT_FOUND' | 'PORT_BUSY' | 'PORT_DENIED' | 'PORT_OPEN_FAILED',
  port: string,
  why: string,
  advice: string,
  cause?: unknown,
): ModemError {
  return new ModemError(code, `cannot open ${port}: ${why}; ${advice}`, { port }, cause);
}

/** Resolves when `task` settles, however it does, or `limitMs` later: whichever comes first. */
export function settledWithin(clock: Clock, limitMs: number, task: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(resolve, limitMs);
    const finish = (): void => {
      clock.clearTimeout(timer);
      resolve();
    };
    task.then(finish, finish);
  });
}
