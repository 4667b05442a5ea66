/** Both inspectors as their own packages' receivers see them, in a process of their own: up, a reading, pdpdeact, a reboot, the end. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { AnyStateNode } from 'xstate';
import { machines } from './machines.ts';

jest.setTimeout(90_000);

const RUN = resolve(__dirname, 'watched-run.mjs');
const SECRETS = {
  pin: '4711',
  username: 'canary-user',
  password: 'canary-password',
  payload: 'PAYLOAD-CANARY-0123456789',
};

interface Told {
  readonly from: 'stately' | 'xstate';
  readonly type: string;
  readonly sessionId: string;
  readonly id?: string;
  readonly name?: string;
  readonly parent?: string;
  readonly parentId?: string;
  readonly definition?: unknown;
  readonly state?: { readonly value: unknown; readonly event: { readonly type: string } };
  readonly snapshot?: { readonly value: unknown; readonly status: string };
  readonly event?: { readonly type: string };
}

let output = '';
let told: readonly Told[] = [];

beforeAll(async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [RUN, JSON.stringify(SECRETS)], {
    maxBuffer: 64 * 1024 * 1024,
  });
  output = stdout;
  told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
  expect(stderr).toBe(''); // neither version of XState has anything to complain of
});

const from = (who: Told['from']): readonly Told[] => told.filter((one) => one.from === who);
const namesOf = (who: Told['from']): Map<string, string> =>
  new Map(
    from(who).flatMap(({ sessionId, id, name }) => (id || name ? [[sessionId, id ?? name ?? '']] : [])),
  );

const outermost = (value: unknown): string =>
  typeof value === 'string' ? value : Object.keys(value as object).join('+');
/** Outermost states of one actor, in order, each once in a row. */
function statesOf(who: Told['from'], actor: string): string[] {
  const names = namesOf(who);
  const values = from(who)
    .filter(({ sessionId }) => names.get(sessionId) === actor)
    .flatMap(({ state, snapshot }) => (state ? [state.value] : snapshot?.value ? [snapshot.value] : []))
    .map(outermost);
  return values.filter((value, at) => value !== values[at - 1]);
}

const BRING_UP = ['syncing', 'configuring', 'unlockingSim', 'registering', 'attaching', 'online'];
const MODEM = ['portClosed', 'opening', ...BRING_UP, 'recovering', 'online', ...BRING_UP, 'stopped'];

describe.each(['stately', 'xstate'] as const)('what the receiver of %s gets', (who) => {
  it('names the modem and every statechart below it, with their parents', () => {
    const names = namesOf(who);
    const tree = from(who)
      .filter(({ type }) => type === 'service.register' || type === '@xstate.actor')
      .map(
        ({ sessionId, parent, parentId }) =>
          `${names.get(parent ?? parentId ?? '') ?? ''} > ${names.get(sessionId)}`,
      );
    expect([...new Set(tree)].sort()).toEqual([
      ' > modem',
      'modem > context-1',
      'modem > exchange',
      'modem > rebootPolicy',
      'modem > socket-0',
      'modem > transparentMode',
      'socket-0 > linkWatch',
    ]);
  });

  it('has the states of the modem in order, through pdpdeact and a reboot', () => {
    expect(statesOf(who, 'modem')).toEqual(MODEM);
  });

  it('has the states of the context in order', () => {
    expect(statesOf(who, 'context-1')).toEqual([
      ...['deactivated', 'configuring', 'activating', 'active'],
      ...['lost', 'configuring', 'activating', 'active'],
      ...['deactivated', 'configuring', 'activating', 'active'],
    ]);
  });

  it('has the event in front of the state that it led to', () => {
    const names = namesOf(who);
    const ofModem = from(who).filter(({ sessionId }) => names.get(sessionId) === 'modem');
    const lost = ofModem.findIndex(
      ({ event, type }) => event?.type === 'context.lost' && type !== '@xstate.snapshot',
    );
    const recovering = ofModem.findIndex(
      ({ state, snapshot }) => outermost((state ?? snapshot)?.value ?? '') === 'recovering',
    );
    expect(lost).toBeGreaterThan(0);
    expect(recovering).toBeGreaterThan(lost);
  });

  it('shows each command with what was written, and how it ended', () => {
    const shown = JSON.stringify(from(who).filter(({ sessionId }) => sessionId.endsWith('exchange')));
    expect(shown).toContain('AT+QIOPEN=1,0,\\"TCP\\",\\"198.51.100.7\\",7000');
    expect(shown).toContain('"value":"idle"');
  });

  it('holds neither a secret nor a byte of payload', () => {
    const { pin, username, password, payload } = SECRETS;
    const bytes = Buffer.from(payload);
    for (const canary of [
      pin,
      username,
      password,
      payload,
      bytes.toString('hex'),
      bytes.toString('base64').slice(0, -3),
    ])
      expect(output).not.toContain(canary);
    expect(output).not.toContain([...bytes.subarray(0, 6)].join(','));
    expect(output).not.toMatch(/\d{14,}/); // IMEI, IMSI and ICCID were asked for
  });
});

const countOf = (node: AnyStateNode): number =>
  1 + Object.values(node.states).reduce((sum, one) => sum + countOf(one), 0);

describe('the definitions', () => {
  it('have every state of the chart, in the terms of version 4, once for each actor', () => {
    for (const { type, id, definition, sessionId } of from('xstate')) {
      if (type !== 'service.register') continue;
      const { states, nodes } = definition as { states: string[]; nodes: number };
      const machine = machines.find((one) => one.id === (definition as { id: string }).id);
      expect([id, states]).toEqual([id, Object.keys(machine?.states ?? {})]);
      expect([id, nodes]).toEqual([id, machine && countOf(machine.root)]);
      const registered = from('xstate').filter((one) => one.type === type && one.sessionId === sessionId);
      expect(registered).toHaveLength(1);
    }
  });

  it('have every state and transition of the chart in the terms of version 5', () => {
    for (const { type, definition } of from('stately')) {
      if (type !== '@xstate.actor') continue;
      const config = JSON.parse(String(definition)) as { id: string; states: Record<string, unknown> };
      const machine = machines.find(({ id }) => id === config.id);
      expect(Object.keys(config.states).sort()).toEqual(Object.keys(machine?.states ?? {}).sort());
      expect(String(definition)).not.toMatch(/\[Object\]|\[Array\]|\[Circular\]/); // nothing cut off
    }
  });
});

describe('the end', () => {
  it('is told of each service, children before the modem', () => {
    const names = namesOf('xstate');
    const stops = from('xstate').filter(({ type }) => type === 'service.stop');
    const registers = new Set(
      from('xstate')
        .filter(({ type }) => type === 'service.register')
        .map(({ sessionId }) => sessionId),
    );
    expect(new Set(stops.map(({ sessionId }) => sessionId))).toEqual(registers);
    const order = stops.map(({ sessionId }) => names.get(sessionId));
    expect(order.indexOf('context-1')).toBeLessThan(order.indexOf('modem'));
    const last = new Map(from('xstate').map(({ sessionId, type }) => [sessionId, type]));
    expect(new Set(last.values())).toEqual(new Set(['service.stop']));
  });

  it('is told of each actor by the status of its last snapshot', () => {
    const last = new Map(
      from('stately').flatMap(({ sessionId, snapshot }) => (snapshot ? [[sessionId, snapshot.status]] : [])),
    );
    const open = [...last].filter(
      ([sessionId, status]) => status === 'active' && !sessionId.endsWith('exchange'),
    );
    expect(open).toEqual([]);
  });
});
