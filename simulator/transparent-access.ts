/** Which connection has the port to itself, and how data mode begins and ends (lte §1.2).
 *
 *    CONNECT ──▶ DataMode ──┬─ +++, DTR with AT&D1 ──▶ OK, buffer mode (ATO resumes)
 *                           └─ loss, DTR with AT&D2 ──▶ NO CARRIER
 */
import { bytesOf } from './bytes.ts';
import { DataMode, type DataModeEnd, type Packing } from './data-mode.ts';
import type { Hardware } from './hardware.ts';
import type { Notices } from './notices.ts';
import type { Timers } from './timers.ts';
import { SOCKET_STATE, type VirtualSocket } from './virtual-socket.ts';

/** AT&D: what the module does when the host drops DTR in data mode (V.250 §6.2.8). */
const DTR_ACTION = { ignore: 0, leaveDataMode: 1, hangUp: 2 } as const;

/** What transparent access works with. */
export interface TransparentSetting {
  readonly hardware: Hardware;
  readonly timers: Timers;
  readonly packingOf: (socket: VirtualSocket) => Packing;
  readonly notices: Notices;
  readonly lastArrivalMs: () => number;
  /** Input that was held back may come now. */
  readonly onRoom: () => void;
  /** The port is in command mode again. */
  readonly onEnd: () => void;
}

/** See the head of the file. */
export class TransparentAccess {
  readonly #setting: TransparentSetting;
  #mode: DataMode | undefined;
  /** The connection that was in data mode last. */
  #last: VirtualSocket | undefined;
  /** What the host is told when the connection under way is lost. */
  #farewell = '';
  /** One of `DTR_ACTION`. What it is at first is the module's own matter; the manual asks for AT&D1 explicitly. */
  dtrAction: number = DTR_ACTION.hangUp;
  /** AT&C: 0 carrier detect is always on, 1 in data mode only. */
  carrierFollowsData = true;

  constructor(setting: TransparentSetting) {
    this.#setting = setting;
  }

  /** The connection that has the port. */
  get socket(): VirtualSocket | undefined {
    return this.#mode?.socket;
  }

  /** The connection that ATO would resume, if there is one and it still stands. */
  get resumable(): VirtualSocket | undefined {
    return this.#last?.state === SOCKET_STATE.connected ? this.#last : undefined;
  }

  /** Level of carrier detect. */
  get carrier(): boolean {
    if (!this.carrierFollowsData || this.#mode !== undefined) return true;
    return this.#setting.hardware.profile.carrierShowsConnection && this.resumable !== undefined;
  }

  /** Gives the port to a connection; returns what takes the input. Call `proceed()` when that is in place. */
  begin(socket: VirtualSocket): (bytes: Uint8Array) => number {
    const { hardware, timers, packingOf, notices, lastArrivalMs, onRoom } = this.#setting;
    notices.withdraw(socket);
    socket.accessMode = 2;
    this.#last = socket;
    this.#farewell = hardware.profile.lossOfCarrier;
    hardware.record('socket', `${socket.id} in data mode`);
    const mode = new DataMode({
      socket,
      clock: hardware.clock,
      timers,
      packing: packingOf(socket),
      escape: hardware.profile.escape,
      output: hardware.output,
      armed: hardware.armed,
      lastArrivalMs: lastArrivalMs(),
      onSent: (lengthBytes) => {
        hardware.faults.bytesMoved(lengthBytes);
        hardware.sent(lengthBytes);
      },
      onRead: (lengthBytes) => hardware.faults.bytesMoved(lengthBytes),
      onLost: (what) => hardware.record('lost', `${socket.id} ${what}`),
      onRoom,
      onEnd: (how) => this.#ended(mode, how),
    });
    this.#mode = mode;
    return (bytes) => mode.take(bytes);
  }

  /** Something may have changed for the connection in data mode. */
  proceed(): void {
    this.#mode?.proceed();
  }

  /** The connection was lost. Returns whether data mode tells the host of it.
   *
   * @param farewell what it says then, if not what it usually does.
   */
  lose(socket: VirtualSocket, farewell = this.#farewell): boolean {
    if (this.#mode?.socket !== socket) return false;
    this.#farewell = farewell;
    this.#mode.loseCarrier();
    return true;
  }

  /** The host dropped DTR. */
  dropDtr(): void {
    const mode = this.#mode;
    if (mode === undefined || this.dtrAction === DTR_ACTION.ignore) return;
    mode.end();
    if (this.dtrAction === DTR_ACTION.leaveDataMode) {
      this.#ended(mode, 'escaped');
      return;
    }
    mode.socket.finish();
    mode.socket.state = SOCKET_STATE.closing;
    this.#ended(mode, 'noCarrier');
  }

  /** Stops for good. */
  end(): void {
    this.#mode?.end();
    this.#mode = undefined;
  }

  #ended(mode: DataMode, how: DataModeEnd): void {
    const { hardware, notices, onEnd } = this.#setting;
    const { socket } = mode;
    this.#mode = undefined;
    // After an escape the connection is in buffer mode (lte §1.2); on gsm data waits for ATO (gsm chapter 4).
    if (!hardware.profile.hasForegroundContexts) socket.accessMode = 0;
    const line = how === 'escaped' ? 'OK' : this.#farewell;
    hardware.record('socket', `${socket.id} left data mode: ${line}`);
    hardware.output.send(bytesOf(`\r\n${line}\r\n`));
    if (socket.unreadBytes > 0) notices.announce(socket);
    if (how === 'escaped' && mode.isDraining) notices.closed(socket);
    onEnd();
  }
}
