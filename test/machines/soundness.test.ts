import { type AnyStateMachine, and, fromPromise, setup } from 'xstate';
import { exchangeMachine } from '../../machines/exchange.machine.ts';
import { linkWatchMachine } from '../../machines/link-watch.machine.ts';
import { modemMachine } from '../../machines/modem.machine.ts';
import { pdpContextMachine } from '../../machines/pdp-context.machine.ts';
import { rebootPolicyMachine } from '../../machines/reboot-policy.machine.ts';
import { socketMachine } from '../../machines/socket.machine.ts';
import { transparentModeMachine } from '../../machines/transparent-mode.machine.ts';
import { sourceFiles } from '../support/imports.ts';
import { nodesOf, problemsOf } from '../support/statechart.ts';

const MACHINES: Readonly<Record<string, AnyStateMachine>> = {
  'exchange.machine.ts': exchangeMachine,
  'link-watch.machine.ts': linkWatchMachine,
  'modem.machine.ts': modemMachine,
  'pdp-context.machine.ts': pdpContextMachine,
  'reboot-policy.machine.ts': rebootPolicyMachine,
  'socket.machine.ts': socketMachine,
  'transparent-mode.machine.ts': transparentModeMachine,
};

describe('the machines', () => {
  it('are all looked at here', () => {
    const files = sourceFiles()
      .map(({ path }) => path)
      .filter((path) => path.endsWith('.machine.ts'))
      .map((path) => path.replace('machines/', ''));
    expect(files.sort()).toEqual(Object.keys(MACHINES).sort());
  });

  it.each(Object.entries(MACHINES))(
    'in %s have no misspelt name, no dead state, no actor without onError',
    (_, machine) => {
      expect(problemsOf(() => machine)).toEqual([]);
    },
  );

  it.each(Object.entries(MACHINES))('in %s take `crashed` in every state that is not final', (_, machine) => {
    const deaf = nodesOf(machine.root)
      .filter((node) => node.type === 'atomic')
      .filter((node) => {
        for (let at: typeof node | undefined = node; at !== undefined; at = at.parent) {
          if (at.transitions.has('crashed')) return false;
        }
        return true;
      })
      .map((node) => node.id);
    expect(deaf).toEqual([]);
  });
});

describe('the check of the machines finds', () => {
  const known = setup({
    actors: { worker: fromPromise(async () => undefined) },
    guards: { isFine: () => true },
    actions: { doIt: () => undefined },
    delays: { shortWait: 5 },
  });
  const fine = {
    id: 'm',
    initial: 'a',
    states: {
      a: {
        entry: ['doIt', { type: 'doIt' }],
        on: { go: { target: 'b', guard: 'isFine' } },
        after: { shortWait: { target: 'b' }, 10: { target: 'b' } },
      },
      b: {
        invoke: { src: 'worker', onDone: { target: 'c' }, onError: { target: 'a' } },
        initial: 'inner',
        states: { inner: { on: { end: { target: 'ended' } } }, ended: { type: 'final' } },
        onDone: { target: 'c' },
      },
      c: { type: 'parallel', states: { left: {}, right: {} } },
    },
  } as const;

  /** Makes a machine from a definition that the types would refuse, as JavaScript and casts let it through. */
  function made(change: object): string[] {
    const definition = { ...fine, ...change } as unknown as typeof fine;
    return problemsOf(() => known.createMachine(definition));
  }
  const withA = (change: object): string[] =>
    made({ states: { ...fine.states, a: { ...fine.states.a, ...change } } });
  const withB = (change: object): string[] =>
    made({ states: { ...fine.states, b: { ...fine.states.b, ...change } } });

  it('nothing in a sound machine', () => {
    expect(made({})).toEqual([]);
  });

  it.each<[string, string[], string]>([
    ['a misspelt initial state', made({ initial: 'aa' }), 'aa'],
    [
      'a missing initial state',
      withB({ initial: undefined }),
      'No initial state specified for compound state node "#m.b"',
    ],
    ['a misspelt delay', withA({ after: { shortWiat: { target: 'b' } } }), 'the delay shortWiat'],
    ['a misspelt action at the entry', withA({ entry: 'doIr' }), 'm.a does doIr'],
    ['a misspelt action object at the exit', withA({ exit: { type: 'doIr' } }), 'm.a does doIr'],
    [
      'a misspelt action of a transition',
      withA({ on: { go: { target: 'b', actions: ['doIr'] } } }),
      'm.a does doIr',
    ],
    ['a misspelt guard', withA({ on: { go: { target: 'b', guard: 'isFin' } } }), 'm.a asks isFin'],
    [
      'a misspelt guard within another',
      withA({ on: { go: { target: 'b', guard: and(['isFine', { type: 'isFin' }]) } } }),
      'm.a asks isFin',
    ],
    ['a misspelt guard of always', withA({ always: { target: 'b', guard: 'isFin' } }), 'm.a asks isFin'],
    [
      'an unknown actor',
      withB({ invoke: { src: 'wroker', onDone: { target: 'c' }, onError: { target: 'a' } } }),
      'm.b invokes wroker, which is not implemented',
    ],
    [
      'an actor without onError',
      withB({ invoke: { src: 'worker', onDone: { target: 'c' } } }),
      'm.b invokes worker without onError',
    ],
    ['a wildcard', withA({ on: { '*': { target: 'b' }, go: { target: 'b' } } }), 'm.a takes any event'],
    ['a target that does not exist', withA({ on: { go: { target: 'bb' } } }), 'bb'],
    ['a state that nothing leads to', made({ states: { ...fine.states, d: {} } }), 'm.d cannot be reached'],
    [
      'a state that only an end leads to which never comes',
      withB({
        invoke: [],
        states: { inner: {} },
      }),
      'm.c cannot be reached',
    ],
  ])('%s', (_, problems, expected) => {
    expect(problems.join('\n')).toContain(expected);
  });
});
