/** What the host has set in the module, as far as it changes the shape of what the module says.
 *
 *    command written ──▶ its OK or CONNECT ──▶ apply(effect) ──▶ modes of sockets · options · switches
 *    boot notice ──▶ everything back to the defaults (protocol D13)
 *
 * Learnt from the host's own commands only, never guessed from what is received.
 */
import type { AccessMode } from '../adapters/dialects/dialect.ts';
import type { AnswerRow, Effect, SettingName, WireDialect } from '../adapters/dialects/wire.ts';
import type { Field } from './fields.ts';

/** How a socket delivers what it receives. */
export interface SocketState {
  /** Id of its PDP context. */
  readonly contextId?: number;
  /** Missing when nobody said: a length in its `recv` then announces payload. */
  readonly mode?: AccessMode;
  /** As in AT+QIOPEN: `TCP`, `UDP SERVICE` … */
  readonly service?: string;
}

/** What is known before the first byte, where it is not the default. */
export interface KnownState {
  /** Sockets that are open, by their connect ids. */
  readonly sockets?: ReadonlyMap<number, SocketState>;
  /** Switches by name; missing ones have their default, header switches of gsm are then unknown. */
  readonly settings?: Readonly<Partial<Record<SettingName, number>>>;
  /** Values of AT+QICFG options by name. */
  readonly options?: Readonly<Record<string, readonly number[]>>;
  /** The port is in data mode. */
  readonly isInDataMode?: boolean;
}

const ACCESS_MODES: readonly AccessMode[] = ['buffer', 'push', 'transparent'];

const numberIn = (field: Field | undefined): number | undefined => {
  const value = typeof field === 'string' && /^\d+$/.test(field) ? Number(field) : field;
  return typeof value === 'number' ? value : undefined;
};

export class HostState {
  readonly #dialect: WireDialect;
  readonly #sockets = new Map<number, SocketState>();
  readonly #options = new Map<string, readonly number[]>();
  readonly #settings = new Map<SettingName, number>();
  /** AT+QIMUX of each context (gsm §7.2). */
  readonly #muxes = new Map<number, number>();
  /** The socket that was in data mode last: ATO resumes it, whatever its mode was switched to meanwhile. */
  #resumed: number | undefined;

  constructor(dialect: WireDialect, known: KnownState = {}) {
    this.#dialect = dialect;
    for (const [id, socket] of known.sockets ?? []) {
      this.#sockets.set(id, socket);
      if (socket.mode === 'transparent') this.#resumed = id;
    }
    for (const [name, values] of Object.entries(known.options ?? {})) this.#options.set(name, values);
    for (const [name, value] of Object.entries(known.settings ?? {})) this.#set(name as SettingName, value);
  }

  socket(connectId: number): SocketState {
    return this.#sockets.get(connectId) ?? {};
  }

  /** The switch, `undefined` when it was never set and no default is known. */
  setting(name: SettingName): number | undefined {
    if (name === 'mux') return this.#muxes.get(this.#foreground) ?? this.#defaultOf(name);
    return this.#settings.get(name) ?? this.#defaultOf(name);
  }

  /** Payload follows on the line of its header (AT+QICFG="viewmode",1). */
  get showsPayloadInLine(): boolean {
    return this.#options.get('viewmode')?.[0] === 1;
  }

  /** Received data is pushed behind `IPD<n>:`, as far as is known (gsm, AT+QIMUX=0 with AT+QIHEAD=1). */
  get pushesInLine(): boolean {
    const hasSingle = this.#muxes.size === 0 || [...this.#muxes.values()].some((mux) => mux !== 1);
    return this.#dialect.pushesInline && hasSingle && this.setting('qihead') !== 0;
  }

  /** A line may carry its payload itself. */
  get mayCarryPayload(): boolean {
    return this.showsPayloadInLine || this.#dialect.headersTellView || this.pushesInLine;
  }

  /** The header of a read tells what is left in the buffer (successors of the BC66, AT+QICFG="showlength",1). */
  get showsRemaining(): boolean {
    return this.#options.get('showlength')?.[0] === 1;
  }

  /** Two characters per received byte (AT+QICFG="dataformat",…,1). */
  get receivesHex(): boolean {
    return this.#options.get('dataformat')?.[1] === 1;
  }

  /** The prompt is a line of its own (AT+QICFG="formatcfg",1). */
  get promptEndsLine(): boolean {
    return this.#options.get('formatcfg')?.[0] === 1;
  }

  get sendsHex(): boolean {
    return this.#options.get('dataformat')?.[0] === 1;
  }

  /** Tells whether data of this socket is pushed: D1. */
  pushes(connectId: number): boolean {
    return this.socket(connectId).mode !== 'buffer';
  }

  /** A result was read as a word: no number is one from here on, until a command changes that. */
  resultIsWord(): void {
    if (this.setting('verbose') === undefined) this.#settings.set('verbose', 1);
  }

  /** Results may be numbers or words. */
  forgetVerbosity(): void {
    this.#settings.delete('verbose');
  }

  /** The module starts anew. */
  reset(): void {
    this.#resumed = undefined;
    this.#sockets.clear();
    this.#options.clear();
    this.#settings.clear();
    this.#muxes.clear();
  }

  /** A client was accepted (D15). */
  accept(connectId: number, serverId: number): void {
    const listener = this.socket(serverId);
    const mode = this.#dialect.inheritsMode ? listener.mode : 'buffer';
    const known = this.#sockets.get(connectId);
    if (known?.service === 'INCOMING' && known.mode === mode && known.contextId === listener.contextId)
      return;
    this.#sockets.set(connectId, { ...listener, service: 'INCOMING', ...(mode && { mode }) });
  }

  /** The module was asked how a socket is (AT+QISTATE). */
  learn(connectId: number, service: string, mode: number): void {
    // Transparent and yet asked for: the socket was escaped from, and is in buffer mode until data mode is resumed.
    const known = ACCESS_MODES[mode] === 'transparent' ? 'buffer' : ACCESS_MODES[mode];
    if (known)
      this.#sockets.set(connectId, {
        ...this.socket(connectId),
        service: service.toUpperCase(),
        mode: known,
      });
  }

  /** The port has left data mode by an escape: the socket is in buffer mode now. */
  leaveDataMode(): void {
    for (const [id, socket] of this.#sockets) {
      if (socket.mode === 'transparent' || id === this.#resumed)
        this.#sockets.set(id, { ...socket, mode: 'buffer' });
    }
  }

  /** The command with these arguments was carried out. */
  apply(effect: Effect, fields: readonly Field[]): void {
    switch (effect.kind) {
      case 'sets':
        this.#set(effect.setting, numberIn(fields[effect.at]));
        break;
      case 'configures':
        this.#configure(String(fields[0] ?? ''), fields.slice(1).map(numberIn));
        break;
      case 'opens':
        this.#open(effect, fields);
        break;
      case 'switches':
        this.#switch(numberIn(fields[effect.id]), numberIn(fields[effect.mode]));
        break;
      case 'closes':
        this.#sockets.delete(numberIn(fields[effect.id]) ?? -1);
        break;
      case 'deactivates':
        this.#deactivate(numberIn(fields[effect.context]));
    }
  }

  /** The module was asked how a switch or an option is set. An answer with anything but numbers says nothing. */
  applyTold(effect: Effect & { readonly kind: 'sets' | 'configures' }, fields: readonly Field[]): void {
    const values = effect.kind === 'sets' ? fields : fields.slice(1);
    if (values.every((value) => numberIn(value) !== undefined)) this.apply(effect, fields);
  }

  /** Number of payload bytes that a send command asks for, `undefined` when Ctrl-Z ends the payload. */
  payloadLength(prompts: NonNullable<AnswerRow['prompts']>, fields: readonly Field[]): number | undefined {
    const hasMux = this.setting('mux') === 1 && prompts.lengthAtWithMux !== undefined;
    const length = numberIn(fields[(hasMux ? prompts.lengthAtWithMux : prompts.lengthAt) ?? -1]);
    return length !== undefined && this.sendsHex ? length * 2 : length;
  }

  #defaultOf(name: SettingName): number | undefined {
    if (name === 'qisde') return this.#dialect.echoesSentData ? 1 : 0;
    return name === 'mux' || name === 'qimode' ? 0 : undefined;
  }

  /** The context that commands are about (gsm §7.1). */
  get #foreground(): number {
    return this.#settings.get('fgcnt') ?? 0;
  }

  #set(name: SettingName, value: number | undefined): void {
    if (value === undefined) return;
    if (name === 'mux') this.#muxes.set(this.#foreground, value);
    else this.#settings.set(name, value);
  }

  #configure(option: string, values: readonly (number | undefined)[]): void {
    if (values.length === 0) return; // the query form
    this.#options.set(
      option.toLowerCase(),
      values.map((value) => value ?? 0),
    );
  }

  #open(effect: Effect & { kind: 'opens' }, fields: readonly Field[]): void {
    const id = numberIn(fields[effect.id]);
    if (id === undefined) return;
    const contextId = numberIn(fields[effect.context]);
    const mode = ACCESS_MODES[numberIn(fields[effect.mode]) ?? 0] ?? 'buffer';
    const service = String(fields[effect.service] ?? '').toUpperCase();
    if (mode === 'transparent') this.#resumed = id;
    this.#sockets.set(id, { mode, service, ...(contextId !== undefined && { contextId }) });
  }

  #switch(id: number | undefined, mode: number | undefined): void {
    const known = mode === undefined ? undefined : ACCESS_MODES[mode];
    if (known === 'transparent') this.#resumed = id;
    if (id !== undefined && known) this.#sockets.set(id, { ...this.socket(id), mode: known });
  }

  #deactivate(contextId: number | undefined): void {
    for (const [id, socket] of this.#sockets) {
      if (socket.contextId === contextId) this.#sockets.delete(id);
    }
  }
}
