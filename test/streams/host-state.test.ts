import type { Effect, SettingName } from '../../adapters/dialects/wire.ts';
import { HostState, type KnownState, type SocketState } from '../../streams/host-state.ts';
import { wireDialects } from './session.ts';

const { gsm, ugxx, bc66, lte, rg } = wireDialects;
const OPENS: Effect = { kind: 'opens', context: 0, id: 1, service: 2, mode: 6 };
const CLOSES: Effect = { kind: 'closes', id: 0 };
const SWITCHES: Effect = { kind: 'switches', id: 0, mode: 1 };
const DEACTIVATES: Effect = { kind: 'deactivates', context: 0 };
const CONFIGURES: Effect = { kind: 'configures' };

const withSockets = (...sockets: readonly (readonly [number, SocketState])[]): HostState =>
  new HostState(lte, { sockets: new Map(sockets) });

const optionsOf = (state: HostState): object => ({
  showsPayloadInLine: state.showsPayloadInLine,
  showsRemaining: state.showsRemaining,
  receivesHex: state.receivesHex,
  sendsHex: state.sendsHex,
  promptEndsLine: state.promptEndsLine,
});

const NO_OPTION = {
  showsPayloadInLine: false,
  showsRemaining: false,
  receivesHex: false,
  sendsHex: false,
  promptEndsLine: false,
};

describe('a socket', () => {
  it('is unknown before anything is said of it, and pushes: a length then announces payload', () => {
    const state = new HostState(lte);
    expect(state.socket(3)).toEqual({});
    expect(state.pushes(3)).toBe(true);
  });

  it.each([
    [0, 'buffer', false],
    [1, 'push', true],
    [2, 'transparent', true],
  ] as const)('has the access mode that it was opened with: %i is %s', (mode, name, pushes) => {
    const state = new HostState(lte);
    state.apply(OPENS, [1, 0, 'TCP', 'host', 80, 0, mode]);
    expect(state.socket(0)).toEqual({ contextId: 1, service: 'TCP', mode: name });
    expect(state.pushes(0)).toBe(pushes);
  });

  it('is in buffer mode when the open names none', () => {
    const state = new HostState(lte);
    state.apply(OPENS, [1, 0, 'udp service', '127.0.0.1', 0, 3030]);
    expect(state.socket(0)).toEqual({ contextId: 1, service: 'UDP SERVICE', mode: 'buffer' });
  });

  it('may have its numbers in quotation marks', () => {
    const state = new HostState(lte);
    state.apply(OPENS, ['1', '4', 'TCP', 'host', '80', '0', '1']);
    expect(state.socket(4)).toEqual({ contextId: 1, service: 'TCP', mode: 'push' });
  });

  it('is not opened by a command whose connect id is no number', () => {
    const state = new HostState(lte);
    state.apply(OPENS, [1, 'x', 'TCP', 'host', 80, 0, 0]);
    expect(state.socket(0)).toEqual({});
  });

  it('changes its mode and nothing else when switched', () => {
    const state = withSockets([2, { contextId: 3, service: 'UDP', mode: 'push' }]);
    state.apply(SWITCHES, [2, 0]);
    expect(state.socket(2)).toEqual({ contextId: 3, service: 'UDP', mode: 'buffer' });
  });

  it('keeps its mode when switched to one that does not exist', () => {
    const state = withSockets([2, { mode: 'push' }]);
    state.apply(SWITCHES, [2, 7]);
    state.apply(SWITCHES, [2]);
    expect(state.socket(2)).toEqual({ mode: 'push' });
  });

  it('is forgotten when closed, and no other', () => {
    const state = withSockets([0, { mode: 'buffer' }], [1, { mode: 'buffer' }]);
    state.apply(CLOSES, [0, 10]);
    expect([state.socket(0), state.socket(1)]).toEqual([{}, { mode: 'buffer' }]);
  });

  it('is forgotten when its context is deactivated, and no other', () => {
    const state = withSockets([0, { contextId: 1 }], [1, { contextId: 2 }], [2, { contextId: 1 }]);
    state.apply(DEACTIVATES, [1]);
    expect([0, 1, 2].map((id) => state.socket(id))).toEqual([{}, { contextId: 2 }, {}]);
  });

  it('is as the module says when asked', () => {
    const state = withSockets([0, { contextId: 1, service: 'TCP', mode: 'push' }]);
    state.learn(0, 'udp service', 0);
    expect(state.socket(0)).toEqual({ contextId: 1, service: 'UDP SERVICE', mode: 'buffer' });
  });

  it('stays as it was when the module names a mode that does not exist', () => {
    const state = withSockets([0, { mode: 'push', service: 'TCP' }]);
    state.learn(0, 'UDP', 3);
    expect(state.socket(0)).toEqual({ mode: 'push', service: 'TCP' });
  });

  it('that was transparent is in buffer mode after an escape; the others stay', () => {
    const state = withSockets([0, { mode: 'transparent', service: 'TCP' }], [1, { mode: 'push' }]);
    state.leaveDataMode();
    expect([state.socket(0), state.socket(1)]).toEqual([
      { mode: 'buffer', service: 'TCP' },
      { mode: 'push' },
    ]);
  });
});

describe('an accepted socket', () => {
  const listening: KnownState = {
    sockets: new Map([[1, { contextId: 2, service: 'TCP LISTENER', mode: 'push' }]]),
  };

  it.each([lte, rg])('has the mode of its listener on $name (D15)', (dialect) => {
    const state = new HostState(dialect, listening);
    state.accept(11, 1);
    expect(state.socket(11)).toEqual({ contextId: 2, service: 'INCOMING', mode: 'push' });
  });

  it('is in buffer mode on ugxx (D15)', () => {
    const state = new HostState(ugxx, listening);
    state.accept(11, 1);
    expect(state.socket(11)).toEqual({ contextId: 2, service: 'INCOMING', mode: 'buffer' });
  });

  it('has no known mode when that of its listener is not known', () => {
    const state = new HostState(lte);
    state.accept(11, 1);
    expect(state.socket(11)).toEqual({ service: 'INCOMING' });
  });
});

describe('an option', () => {
  it.each<[string, readonly (string | number)[], object]>([
    ['viewmode', ['viewmode', 1], { showsPayloadInLine: true }],
    ['viewmode in capitals', ['VIEWMODE', 1], { showsPayloadInLine: true }],
    ['viewmode in quotation marks', ['viewmode', '1'], { showsPayloadInLine: true }],
    ['showlength', ['showlength', 1], { showsRemaining: true }],
    ['hexadecimal data to receive', ['dataformat', 0, 1], { receivesHex: true }],
    ['hexadecimal data to send', ['dataformat', 1, 0], { sendsHex: true }],
    ['formatcfg', ['formatcfg', 1], { promptEndsLine: true }],
    ['another option', ['recvind', 1], {}],
    ['a value of 0', ['viewmode', 0], {}],
    ['a query', ['viewmode'], {}],
  ])('is set by AT+QICFG: %s', (_, fields, changed) => {
    const state = new HostState(lte);
    state.apply(CONFIGURES, fields);
    expect(optionsOf(state)).toEqual({ ...NO_OPTION, ...changed });
  });

  it('stays as it is when it is only asked for', () => {
    const state = new HostState(lte, { options: { viewmode: [1] } });
    state.apply(CONFIGURES, ['viewmode']);
    expect(state.showsPayloadInLine).toBe(true);
  });

  it('may be known from before', () => {
    const state = new HostState(lte, { options: { dataformat: [1, 1], formatcfg: [1] } });
    expect(optionsOf(state)).toEqual({
      ...NO_OPTION,
      receivesHex: true,
      sendsHex: true,
      promptEndsLine: true,
    });
  });
});

describe('a switch', () => {
  const names: readonly SettingName[] = [
    ...(['qisde', 'mux', 'qimode', 'verbose', 'qihead', 'qishowra', 'qishowla'] as const),
  ];

  it.each([
    [gsm, 0],
    [bc66, 0],
    [ugxx, 1],
    [lte, 1],
    [rg, 1],
  ])('has its default on $name, and header switches have none', (dialect, echo) => {
    const state = new HostState(dialect);
    expect(names.map((name) => state.setting(name))).toEqual([echo, 0, 0, ...Array(4).fill(undefined)]);
  });

  it.each(names)('keeps what it was set to: %s', (setting) => {
    const state = new HostState(gsm, { settings: { [setting]: 1 } });
    expect(state.setting(setting)).toBe(1);
    state.apply({ kind: 'sets', setting, at: 0 }, [0]);
    expect(names.filter((name) => state.setting(name) === 0)).toContain(setting);
  });

  it('stays as it is when the value is no number or is missing', () => {
    const state = new HostState(gsm, { settings: { mux: 1 } });
    state.apply({ kind: 'sets', setting: 'mux', at: 0 }, ['on']);
    state.apply({ kind: 'sets', setting: 'mux', at: 0 }, []);
    expect(state.setting('mux')).toBe(1);
  });
});

describe('what the module answers when asked how it is set', () => {
  it('counts as much as what it was told', () => {
    const state = new HostState(lte);
    state.applyTold(CONFIGURES, ['viewmode', 1]);
    state.applyTold({ kind: 'sets', setting: 'qisde', at: 0 }, [0]);
    expect([state.showsPayloadInLine, state.setting('qisde')]).toEqual([true, 0]);
  });

  it('counts for nothing when it has anything but numbers', () => {
    const state = new HostState(lte, { options: { viewmode: [1] }, settings: { qisde: 0 } });
    state.applyTold(CONFIGURES, ['viewmode', 'raw']);
    state.applyTold(CONFIGURES, ['dataformat', 0, '']);
    state.applyTold(CONFIGURES, ['viewmode']);
    state.applyTold({ kind: 'sets', setting: 'qisde', at: 0 }, ['on']);
    expect([state.showsPayloadInLine, state.receivesHex, state.setting('qisde')]).toEqual([true, false, 0]);
  });
});

describe('a restart of the module', () => {
  it('puts sockets, options and switches back, also those known from before', () => {
    const state = new HostState(lte, {
      sockets: new Map([[0, { mode: 'buffer' }]]),
      options: { viewmode: [1], dataformat: [1, 1] },
      settings: { qisde: 0, qihead: 1 },
    });
    state.reset();
    expect(state.socket(0)).toEqual({});
    expect(optionsOf(state)).toEqual(NO_OPTION);
    expect([state.setting('qisde'), state.setting('qihead')]).toEqual([1, undefined]);
  });
});

describe('the length of a payload', () => {
  it.each<[string, KnownState, readonly (number | string)[], number | undefined]>([
    ['is the field of the command', {}, [10], 10],
    ['is missing when Ctrl-Z ends the payload', {}, [], undefined],
    ['is the second field with indexes', { settings: { mux: 1 } }, [0, 10], 10],
    ['is missing with an index alone', { settings: { mux: 1 } }, [3], undefined],
    ['may stand in quotation marks', {}, ['10'], 10],
    ['is twice as many characters in hexadecimal', { options: { dataformat: [1, 0] } }, [10], 20],
    ['is the same when only received data is hexadecimal', { options: { dataformat: [0, 1] } }, [10], 10],
  ])('%s', (_, known, fields, length) => {
    expect(new HostState(gsm, known).payloadLength({ lengthAt: 0, lengthAtWithMux: 1 }, fields)).toBe(length);
  });

  it('is missing for a command that names none (AT+CMGS)', () => {
    expect(new HostState(lte).payloadLength({}, ['+49', 145])).toBeUndefined();
  });

  it('has one place on dialects whose commands always name the socket', () => {
    const state = new HostState(lte, { settings: { mux: 1 } });
    expect(state.payloadLength({ lengthAt: 1 }, [0, 5])).toBe(5);
  });
});
