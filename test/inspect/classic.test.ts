/** The classic inspector, in virtual time and in this process: what it is sent, and what it is not. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { WebSocket } from 'ws';
import { type AnyStateNode, and, not, or } from 'xstate';
import { xstateInspector } from '../../adapters/inspect/index.ts';
import { dismantle, rig } from '../integration/rig.ts';
import { machines } from './machines.ts';

const classic = createRequire(resolve(__dirname, '../../adapters/xstate-inspect/package.json'));
const { createMachine } = classic('xstate') as typeof import('xstate');
const { version4Config } = classic('./dist/index.js') as {
  version4Config: (config: unknown) => { on?: object };
};

async function watched(options: { readonly allowSend?: boolean } = {}) {
  const urls: string[] = [];
  const inspector = xstateInspector({ port: 0, onListening: (url) => void urls.push(url), ...options });
  await inspector.open(); // in the time of the wall: virtual time does not wait for it
  const socket = new WebSocket(String(urls[0]).replace('http', 'ws'));
  const messages: { readonly type: string; readonly sessionId: string }[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  await new Promise((open) => socket.once('open', open));
  socket.send('{"type":"xstate.inspecting"}');
  await inStep(socket);
  const r = rig({ inspect: inspector });
  await r.clock.runUntil(r.modem.start());
  const end = async (): Promise<void> => {
    await dismantle(r);
    await inspector.close();
  };
  return { ...r, socket, messages, end };
}
/** Everything sent so far has been taken, and what was answered has arrived. */
function inStep(socket: WebSocket): Promise<void> {
  const answered = new Promise<void>((done) => socket.once('pong', () => done()));
  socket.ping();
  return answered;
}
const wish = (origin: string, event: unknown): string =>
  JSON.stringify({ type: 'xstate.event', event: JSON.stringify({ name: 'x', data: event, origin }) });

describe('what a viewer sends', () => {
  it('does nothing to the modem unless that is allowed', async () => {
    const { socket, modem, clock, end } = await watched();
    const { sessionId } = modem.actor;
    for (let number = 1; number < 40; number++)
      socket.send(wish(`modem${number}/${sessionId}`, { type: 'ask.stop' }));
    await inStep(socket);
    await clock.advance(1_000);
    expect(modem.status.state).toBe('online');
    await end();
  });

  it('reaches the actor where it is allowed, and is seen in order', async () => {
    const { socket, messages, modem, clock, end } = await watched({ allowSend: true });
    const session = messages.find(({ type }) => type === 'service.register')?.sessionId ?? '';
    socket.send(wish(session, { type: 'xstate.stop' }));
    socket.send(wish(session, { type: 'xstate.error.actor.x', error: {} }));
    await inStep(socket);
    expect(modem.status.state).toBe('online'); // what XState says to itself is nobody's to say
    socket.send(wish(session, { type: 'port.lost', reason: 'pulled out' }));
    await inStep(socket);
    expect(modem.status.problem?.code).toBe('PORT_LOST');
    await clock.advance(60_000);
    const heard = messages.filter(({ type, sessionId }) => type === 'service.event' && sessionId === session);
    expect(heard.filter((one) => JSON.stringify(one).includes('port.lost'))).toHaveLength(1);
    await end();
  });

  it('is ignored where it is no message of the protocol', async () => {
    const { socket, modem, clock, messages, end } = await watched({ allowSend: true });
    const nonsense = [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"type":"disconnect"}',
      '{"type":"unload"}',
      '{"type":"service.stop"}',
    ];
    const events = [
      undefined,
      7,
      'x',
      '{',
      '{}',
      '{"origin":1}',
      '{"origin":"modem1/x:0","data":null}',
      '{"origin":"nobody","data":{"type":"ask.stop"}}',
    ];
    for (const text of nonsense) socket.send(text);
    for (const event of events) socket.send(JSON.stringify({ type: 'xstate.event', event }));
    await inStep(socket);
    const before = messages.length;
    const command = modem.execute('AT+CSQ');
    await clock.runUntil(command);
    await inStep(socket);
    expect(modem.status.state).toBe('online');
    expect(messages.length).toBeGreaterThan(before); // it is still connected
    await end();
  });
});

describe('a modem that a viewer tells to stop', () => {
  it('ends as by stop(), and lets the port go', async () => {
    const { socket, messages, modem, clock, end } = await watched({ allowSend: true });
    const session = messages.find(({ type }) => type === 'service.register')?.sessionId ?? '';
    const over = new Promise<void>((done) => modem.status$.subscribe({ complete: done }));
    socket.send(wish(session, { type: 'ask.stop' }));
    await inStep(socket);
    await clock.advance(20_000);
    await over;
    expect(modem.status.state).toBe('stopped');
    expect(clock.pendingTimers).toBe(0);
    await end();
  });
});

describe('somebody who comes later', () => {
  it('gets every service that is there, in its present state', async () => {
    const { socket, messages, end } = await watched();
    await inStep(socket);
    const before = messages.length;
    const late = new WebSocket(socket.url);
    const got: { readonly type: string; readonly id: string; readonly state: string }[] = [];
    late.on('message', (data) => got.push(JSON.parse(String(data))));
    await new Promise((open) => late.once('open', open));
    late.send('{"type":"xstate.inspecting"}');
    await inStep(late);
    expect(messages.slice(before).filter(({ type }) => type === 'service.register')).toEqual([]); // only who asks is told
    const states = got
      .filter(({ type }) => type === 'service.register')
      .map(({ id, state }) => [id, JSON.parse(state).value]);
    expect(Object.fromEntries(states)).toMatchObject({
      modem: { online: 'serving' },
      'context-1': { active: 'serving' },
      transparentMode: 'command',
    });
    expect(messages.length).toBeGreaterThan(0);
    await end();
  });
});

describe('a chart in the terms of version 4', () => {
  it.each(machines.map((machine) => [machine.id, machine] as const))(
    '%s is accepted, with the same states',
    (_, machine) => {
      const translated = createMachine(version4Config(machine.config) as never) as unknown as Node;
      expect(pathsOf(translated)).toEqual(pathsOf(machine.root as unknown as Node));
    },
  );

  it.each(machines.map((machine) => [machine.id, machine] as const))(
    '%s has the same transitions, each with its guard',
    (_, machine) => {
      const translated = createMachine(version4Config(machine.config) as never) as unknown as Node;
      expect(version4(translated)).toEqual(version5(machine.root));
    },
  );

  it('has combined guards as one name', () => {
    const guards = [not('isClaimed'), and(['isOnline', or(['isBusy', not('isOver')])])];
    const config = { always: guards.map((guard) => ({ guard, target: 'x' })), states: { x: {} } };
    expect(version4Config(config)).toMatchObject({
      always: [{ cond: '!isClaimed' }, { cond: 'isOnline && isBusy || !isOver' }],
    });
  });
});

interface Node {
  readonly id: string;
  readonly states: Readonly<Record<string, Node>>;
  readonly definition: { readonly transitions: readonly Guarded[] };
}
const pathsOf = (node: Node): string[] => [node.id, ...Object.values(node.states).flatMap(pathsOf)];

interface Guarded {
  readonly guard?: unknown;
  readonly cond?: unknown;
}
/** Transitions of each state, and how many of them are guarded. */
function countsOf(id: string, transitions: readonly Guarded[], children: readonly unknown[]): unknown[] {
  const guarded = transitions.filter(({ guard, cond }) => guard !== undefined || cond !== undefined).length;
  return [[id, transitions.length, guarded], ...children];
}
const version4 = ({ id, states, definition }: Node): unknown[] =>
  countsOf(id, definition.transitions, Object.values(states).map(version4));
const version5 = ({ id, states, transitions, always = [] }: AnyStateNode): unknown[] =>
  countsOf(id, [...transitions.values(), always].flat(), Object.values(states).map(version5));
