import type { Observable } from 'rxjs';
import type { ModemError } from '../errors.ts';

/** Modem control and status lines of a serial port (ITU-T V.24 names). */
export interface PortLines {
  /** Drives the output lines; a line that is not named stays as it is. Rejects with `PORT_LOST`. */
  set(levels: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void>;
  /** Reads data carrier detect, `undefined` where the driver cannot tell. */
  dcd(): Promise<boolean | undefined>;
}

/** A byte pipe to a module: a serial port, a raw TCP connection to one, or an in-process pair.
 *
 * The contract, checked by one suite for every implementation (`test/adapters/port-contract.test.ts`):
 *
 * - A port can be opened again after `close()` and after it was lost.
 * - `bytes$` and `lost$` are hot, never error and never complete; bytes are delivered in order, never from
 *   inside a call to `write()`, and never while the port is closed.
 * - `lost$` emits once for each time that an open port vanishes by itself (unplugged, connection reset); after
 *   that the port counts as closed. It does not emit on `close()`.
 * - `write()` resolves when the bytes were handed to the operating system or the peer's buffer: its delay is the
 *   back-pressure. Concurrent writes keep their order. It rejects with `PORT_LOST` when the port is not open.
 * - `close()` is idempotent, resolves when the handle is released, and settles pending writes.
 */
export interface Port {
  /** Names the port in errors and logs: `/dev/ttyUSB2 at 115200 baud`. */
  readonly description: string;
  /** Received bytes, in chunks of any size. The buffer belongs to the receiver. */
  readonly bytes$: Observable<Uint8Array>;
  /** Why an open port vanished by itself: once each time. */
  readonly lost$: Observable<ModemError>;
  /** The module's own name of the port it is reached by (`uart1`, `usbat`), where that is certain. */
  readonly modulePort?: string | undefined;
  /** Pace of the line, where that is known. */
  readonly baudRate?: number | undefined;
  /** Rates at which the module may talk, when more than one was given. At each start they are tried in turn, the last good one
   * first. */
  readonly baudRates?: readonly number[] | undefined;
  /** Changes the rate of the open port. Rejects with `PORT_LOST`, or `UNSUPPORTED` when the driver refuses it. */
  setBaudRate?(baudRate: number): Promise<void>;
  /** Most bytes that may wait in front of the line when `write()` has resolved; 64 KiB if it is not known. */
  readonly writeAheadBytes?: number | undefined;
  /** Control lines, where the transport has them. */
  readonly lines?: PortLines;
  /** Opens the port. Rejects with `PORT_NOT_FOUND`, `PORT_BUSY`, `PORT_DENIED` or `PORT_OPEN_FAILED`. */
  open(): Promise<void>;
  /** Hands bytes to the line, in order. Rejects with `PORT_LOST` when the port is not open. */
  write(bytes: Uint8Array): Promise<void>;
  /** Releases the port. Idempotent. */
  close(): Promise<void>;
}
