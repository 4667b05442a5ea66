/** Notices that wait for their turn.
 *
 *    say ──▶ [queue] ──(no command runs, the line has room)──▶ line
 *
 * A notice never splits a line or an answer: while a command runs it waits (a fault can put it in between).
 */

/** A notice: its name for faults and logs, and how to write it when its turn comes (`undefined`: not at all). */
export interface Urc {
  readonly name: string;
  readonly write: () => Uint8Array | undefined;
  /** Key of the socket that has something to read. */
  readonly readable?: number;
  /** Called when its turn has come, whether or not it got out. */
  readonly after?: () => void;
}

/** More than this may not wait on the serial line before the next notice is written. */
const LINE_ROOM_BYTES = 4096;

/** What the queue needs to know about the line. */
export interface UrcOutlet {
  readonly canSpeak: () => boolean;
  /** Writes, unless the notice goes to another port or a fault swallows it. */
  readonly emit: (urc: Urc) => void;
  readonly whenRoom: (limitBytes: number, proceed: () => void) => void;
}

/** See the head of the file. */
export class UrcQueue {
  readonly #outlet: UrcOutlet;
  #waiting: Urc[] = [];
  #flushing = false;

  constructor(outlet: UrcOutlet) {
    this.#outlet = outlet;
  }

  /** Queues a notice, `first` in front of those that wait. */
  say(urc: Urc, first = false): void {
    if (first) this.#waiting.unshift(urc);
    else this.#waiting.push(urc);
    this.flush();
  }

  /** Writes what may be written now. */
  flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#next();
  }

  /** Takes back what was to be said about data of a socket. */
  forgetReadable(key: number): void {
    this.#waiting = this.#waiting.filter(({ readable }) => readable !== key);
  }

  /** Forgets everything. */
  clear(): void {
    this.#waiting = [];
  }

  #next(): void {
    const outlet = this.#outlet;
    const proceed = (): void => {
      const urc = outlet.canSpeak() ? this.#waiting.shift() : undefined;
      if (urc === undefined) {
        this.#flushing = false;
        return;
      }
      outlet.emit(urc);
      this.#next();
    };
    outlet.whenRoom(LINE_ROOM_BYTES, proceed);
  }
}
