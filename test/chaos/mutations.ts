/** One-line mutations of the library, by what they break. */

export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Stands there exactly once. */
  readonly search: string;
  readonly replacement: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a timeout is taken for an answer: the next command may have the late result',
    file: 'adapters/channel/at-channel.ts',
    search: 'async #concludeSilence({ pending }: InFlight): Promise<void> {',
    replacement:
      "async #concludeSilence({ pending }: InFlight): Promise<void> { if (pending) { pending.settle({ kind: 'timedOut', isSynchronised: true }); return this.#pump(); }",
  },
  {
    name: 'the ladder is not stored',
    file: 'adapters/modem/services.ts',
    search: 'rememberLadder: (record) => store.write(LADDER_KEY, { ...record }),',
    replacement: 'rememberLadder: async () => undefined,',
  },
  {
    name: 'the reset is granted before the ladder is stored',
    file: 'machines/reboot-policy.machine.ts',
    search: "entry: 'countReboot',",
    replacement: "entry: ['countReboot', 'grantReboot'],",
  },
  {
    name: 'payload is searched: only its first bytes are counted',
    file: 'streams/counted-payload.ts',
    search: 'else this.#count(lengthBytes);',
    replacement: 'else this.#count(Math.min(lengthBytes, 64));',
  },
  {
    name: 'what did not end with SEND OK is sent again, whatever the counters say',
    file: 'adapters/net/socket-link.ts',
    search: 'const acceptedBytes = counters.sentBytes - window.acceptedBytes;',
    replacement: 'const acceptedBytes = 0 * counters.sentBytes;',
  },
  {
    name: 'no poll for data whose recv was lost',
    file: 'machines/socket/buffer.ts',
    search: "after: { idlePoll: { target: 'reading', actions: 'pollLater' } },",
    replacement: '',
  },
  {
    name: 'boot notices are ignored',
    file: 'streams/urcs.ts',
    search: "return urc.name === 'ready' || urc.name === 'app_ready' || urc.name === 'powered_down';",
    replacement: "return urc.name === 'powered_down';",
  },
  {
    name: 'a PIN that was tried is tried again',
    file: 'adapters/modem/services.ts',
    search: "if (verdict !== undefined) return verdict === 'refused' ? 'not tried again' : 'unconfirmed';",
    replacement: 'void verdict;',
  },
  {
    name: 'user name and password are in the trace',
    file: 'adapters/channel/secrets.ts',
    search: 'return this.#blanked(shownCommand(command));',
    replacement: 'return command.text;',
  },
  {
    name: 'identities are in the trace',
    file: 'adapters/channel/redaction.ts',
    search: ".replace(IDENTITY, '***')",
    replacement: '',
  },
  {
    name: 'a command is written before the result of the last one',
    file: 'adapters/channel/at-channel.ts',
    search: 'if (this.#inFlight || this.#subscription',
    replacement: 'if (this.#subscription',
  },
  {
    name: 'acknowledged() resolves at SEND OK',
    file: 'adapters/net/modem-socket.ts',
    search: 'this.window.accept(lengthBytes);',
    replacement: 'this.window.accept(lengthBytes); this.#acknowledgements.reach(this.window.acceptedBytes);',
  },
  {
    name: 'commands are written in data mode',
    file: 'adapters/channel/at-channel.ts',
    search: 'this.#subscription === undefined || this.data.isOn) return;',
    replacement: 'this.#subscription === undefined) return;',
  },
  {
    name: 'the limit of stop() is left ticking',
    file: 'adapters/modem/modem-core.ts',
    search: 'limit.abort();',
    replacement: '',
  },
];
