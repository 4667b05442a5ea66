import { isIP } from 'node:net';
import { Duplex, type DuplexOptions } from 'node:stream';
import type { Clock, TimerHandle } from '../../streams/clock.ts';
import { flag, integer } from '../dialects/arguments.ts';

/** What a socket knows of its connection. */
export interface NetShapeOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  /** The port that was asked for; 0 or left out where the module chooses one. */
  readonly localPort?: number;
  /** The address of its context, as the network gave it. */
  readonly localAddress?: () => string | undefined;
  /** Asks the module for TCP keep-alive, where it has that. */
  readonly keepAlive?: (isWanted: boolean, idleMs: number) => void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `undefined` for a name. */
export const familyOf = (address: string | undefined): 'IPv4' | 'IPv6' | undefined => {
  const version = isIP(address ?? '');
  if (version === 0) return undefined;
  return version === 6 ? 'IPv6' : 'IPv4';
};

/** What `net.Socket` has beside its bytes: who talks to whom, the state, the idle time, options of TCP. */
export abstract class NetShape extends Duplex {
  /** The peer as it was asked for: a name that the module resolved stays a name. */
  readonly remoteHost: string;
  /** TCP port of the peer. */
  readonly remotePort: number;
  /** True until the connection is established or has failed. */
  connecting = true;
  /** The idle time of `setTimeout()`, milliseconds. */
  timeout: number | undefined;
  readonly #clock: Clock;
  readonly #localPort: number;
  readonly #localAddress: (() => string | undefined) | undefined;
  readonly #keepAlive: ((isWanted: boolean, idleMs: number) => void) | undefined;
  #idleTimer: TimerHandle;

  constructor(options: NetShapeOptions, stream: DuplexOptions) {
    super(stream);
    this.remoteHost = options.host;
    this.remotePort = options.port;
    this.#clock = options.clock;
    this.#localPort = options.localPort ?? 0;
    this.#localAddress = options.localAddress;
    this.#keepAlive = options.keepAlive;
  }

  /** The peer, for messages: `host:port`. */
  get endpoint(): string {
    return `${this.remoteHost}:${this.remotePort}`;
  }

  /** The same as `remoteHost`: the module does not tell what a name resolved to. */
  get remoteAddress(): string {
    return this.remoteHost;
  }

  /** `undefined` where the peer is known by a name. */
  get remoteFamily(): 'IPv4' | 'IPv6' | undefined {
    return familyOf(this.remoteHost);
  }

  /** The address of the context, while it is active. */
  get localAddress(): string | undefined {
    return this.#localAddress?.();
  }

  /** Of `localAddress`. */
  get localFamily(): 'IPv4' | 'IPv6' | undefined {
    return familyOf(this.localAddress);
  }

  /** The port that was asked for; `undefined` where the module chose one: `AT+QISTATE` tells which. */
  get localPort(): number | undefined {
    return this.#localPort === 0 ? undefined : this.#localPort;
  }

  /** The local end, as far as it is known. */
  address(): { readonly address?: string; readonly family?: 'IPv4' | 'IPv6'; readonly port?: number } {
    const { localAddress, localFamily, localPort } = this;
    return {
      ...(localAddress !== undefined && { address: localAddress }),
      ...(localFamily !== undefined && { family: localFamily }),
      ...(localPort !== undefined && { port: localPort }),
    };
  }

  /** As in `net.Socket`: not connected yet. */
  get pending(): boolean {
    return this.connecting;
  }

  /** As in `net.Socket`: which directions are open. */
  get readyState(): 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.connecting) return 'opening';
    if (this.destroyed) return 'closed';
    if (this.readable && this.writable) return 'open';
    if (this.readable) return 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  /** Emits `timeout` after `timeoutMs` without a byte in either direction; 0 switches it off, and takes the listener away.
   *
   * @throws INVALID_ARGUMENT for what is no time of a timer.
   */
  setTimeout(timeoutMs: number, listener?: () => void): this {
    integer('timeoutMs', timeoutMs, 0, LONGEST_TIMER_MS);
    this.timeout = timeoutMs;
    if (listener && timeoutMs === 0) this.removeListener('timeout', listener);
    else if (listener) this.once('timeout', listener);
    this.restartIdleTimer();
    return this;
  }

  /** Without effect: the module sends what it gets at once. */
  setNoDelay(_isWanted?: boolean): this {
    return this;
  }

  /** TCP keep-alive of the module (`AT+QICFG="tcp/keepalive"`, lte §2.1.15, rg §2.3.1), behind so many milliseconds without traffic:
   * whole minutes on lte, seconds on rg, rounded up; behind 2 h (lte) or 60 s (rg) where it is 0 or left out.
   *
   * It is one setting for all sockets of the module: the last call counts, and each probe is traffic that somebody pays. Without effect
   * on gsm and bc66, which have none, and where the modem's option `module.tcpKeepalive` is given. `connect({ probe })` finds a dead
   * link on every dialect but bc66.
   *
   * @throws INVALID_ARGUMENT
   */
  setKeepAlive(isWanted = false, initialDelayMs = 0): this {
    flag('enable', isWanted);
    integer('initialDelay', initialDelayMs, 0, LONGEST_TIMER_MS);
    this.#keepAlive?.(isWanted, initialDelayMs);
    return this;
  }

  /** Without effect: what keeps the process alive is the port, which is shared. `modem.stop()` lets the process end. */
  ref(): this {
    return this;
  }

  /** Without effect, as `ref()`. */
  unref(): this {
    return this;
  }

  /** Ends the stream, and destroys it when everything has been written. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  /** Closes at once. A module cannot be asked for a reset (RST): this is `destroy()`. */
  resetAndDestroy(): this {
    return this.destroy();
  }

  /** @internal A byte has moved: the idle time begins anew. */
  protected restartIdleTimer(): void {
    this.stopIdleTimer();
    const { timeout = 0 } = this;
    if (timeout <= 0 || this.destroyed) return;
    this.#idleTimer = this.#clock.setTimeout(() => this.emit('timeout'), timeout);
  }

  /** @internal */
  protected stopIdleTimer(): void {
    this.#clock.clearTimeout(this.#idleTimer);
  }
}
