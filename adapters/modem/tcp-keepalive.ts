/** TCP keep-alive as a socket asks for it, by a setting that is the module's. */
import type { Observable } from 'rxjs';
import type { AtChannel } from '../channel/at-channel.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { ModemStatus } from './status.ts';

/** Between the manual's limits (lte §2.1.15, rg §2.3.1): probes so far apart, and so many until the link is dead. */
const INTERVAL_S = 75;
const PROBES = 5;
const OPTION = 'tcpKeepalive';

/** The option as a socket's call means it: `undefined` where the dialect has none, or the application has set it by itself. */
function wanted(dialect: Dialect, isWanted: boolean, idleMs: number): unknown {
  const { keepalive } = dialect;
  if (keepalive === undefined || dialect.bringUp.some(({ option }) => option === OPTION)) return undefined;
  if (!isWanted) return false;
  const { idleName, unitMs, usual, most } = keepalive;
  const idle = idleMs === 0 ? usual : Math.min(most, Math.ceil(idleMs / unitMs));
  return { [idleName]: idle, intervalS: INTERVAL_S, probes: PROBES };
}

/** Sets it when it differs from what was set last; a module that starts anew has its own again. */
export class TcpKeepalive {
  readonly #channel: AtChannel;
  readonly #dialect: Dialect;
  #text = '';

  constructor(channel: AtChannel, dialect: Dialect, status$: Observable<ModemStatus>) {
    this.#channel = channel;
    this.#dialect = dialect;
    status$.subscribe(({ state }) => {
      if (state !== 'online') this.#text = '';
    });
  }

  set(isWanted: boolean, idleMs: number): void {
    const value = wanted(this.#dialect, isWanted, idleMs);
    const command =
      value === undefined ? undefined : this.#dialect.moduleOptions[OPTION]?.encode(OPTION, value);
    if (command === undefined || command.text === this.#text) return;
    if (!isWanted && this.#text === '') return; // it is off unless somebody has asked for it
    this.#text = command.text;
    // A module that refuses it does without.
    void this.#channel.execute(command, { owner: 'modem', priority: 'background' });
  }
}
