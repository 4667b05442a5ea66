/** What the pictures say against what the machines are, which is read here in another way: with the helpers of the
 * machine-soundness test. */
import { type AnyStateMachine, and, createMachine, not } from 'xstate';
import * as machines from '../../machines/index.ts';
import { guardName } from '../../tools/charts/definition/guard-name.ts';
import { readMachine } from '../../tools/charts/definition/read-machine.ts';
import type { Transition } from '../../tools/charts/definition/state.ts';
import { CHARTS } from '../../tools/charts/machines.ts';
import { boxesOf, type Item, type Picture } from '../../tools/charts/picture/picture.ts';
import { picturesOf } from '../../tools/charts/picture/pictures.ts';
import { nodesOf, transitionsOf } from '../support/statechart.ts';

const rowsOf = ({ root }: Picture): Item[] =>
  boxesOf(root).flatMap(({ sections }) => sections.flatMap(({ items }) => items));
const itemsOf = (picture: Picture): Item[] => [
  ...rowsOf(picture),
  ...picture.edges.flatMap(({ items }) => items),
];
const shownIn = (pictures: readonly Picture[]): Set<Transition> =>
  new Set(pictures.flatMap(itemsOf).flatMap(({ transitions }) => transitions));
const wordsOf = ({ pieces }: Item): string => pieces.map(({ text }) => text).join(' ');

/** One line for each transition of a definition. */
const defined = (machine: AnyStateMachine): string[] =>
  nodesOf(machine.root).flatMap((node) =>
    transitionsOf(node).map(({ eventType, target }) =>
      [node.id, eventType, ...(target ?? []).map(({ id }) => id)].join(' '),
    ),
  );
const shown = (pictures: readonly Picture[]): string[] =>
  [...shownIn(pictures)].map(({ source, event, target }) =>
    [source, event, ...(target === undefined ? [] : [target])].join(' '),
  );

describe('the list of charts', () => {
  it('has every machine of the public door', () => {
    const exported = Object.values(machines).filter(
      (one): one is typeof one & AnyStateMachine => typeof one === 'object' && 'root' in one,
    );
    expect(new Set(CHARTS.map(({ machine }) => machine.id))).toEqual(new Set(exported.map(({ id }) => id)));
    expect(CHARTS).toHaveLength(exported.length);
  });
});

describe.each(CHARTS.map((chart) => [chart.machine.id, chart] as const))('the pictures of %s', (_, chart) => {
  const { machine } = chart;
  const pictures = picturesOf(chart);

  it('show every state open once', () => {
    const open = pictures
      .flatMap(({ root }) => boxesOf(root))
      .filter(({ kind }) => kind !== 'collapsed' && kind !== 'initial');
    expect(open.map(({ path }) => path).sort()).toEqual(
      nodesOf(machine.root)
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('have a picture for every closed box', () => {
    const closed = pictures.flatMap(({ root }) => boxesOf(root)).filter(({ kind }) => kind === 'collapsed');
    expect(closed.map(({ path }) => path).sort()).toEqual([...chart.apart].sort());
  });

  it('show every transition, and none that is not defined', () => {
    expect(shown(pictures).sort()).toEqual(defined(machine).sort());
  });

  it('show every transition where its source is open', () => {
    for (const { root, edges } of pictures) {
      const open = boxesOf(root).filter(({ kind }) => kind !== 'collapsed');
      const said = [
        ...open.flatMap(({ sections }) => sections.flatMap(({ items }) => items)),
        ...edges.flatMap(({ items }) => items),
      ];
      const there = new Set(said.flatMap(({ transitions }) => transitions));
      const wanted = nodesOf(machine.root).filter(({ id }) => open.some(({ path }) => path === id));
      const count = (id: string): number => [...there].filter(({ source }) => source === id).length;
      expect(wanted.map(({ id }) => [id, count(id)])).toEqual(
        wanted.map((node) => [node.id, transitionsOf(node).length]),
      );
    }
  });

  it('show at a closed box every transition that leaves it from inside', () => {
    for (const picture of pictures) {
      const there = shownIn([picture]);
      for (const { path } of boxesOf(picture.root).filter(({ kind }) => kind === 'collapsed')) {
        const isInside = (id: string): boolean => id === path || id.startsWith(`${path}.`);
        const leaving = nodesOf(machine.root)
          .filter(({ id }) => isInside(id))
          .flatMap((node) =>
            transitionsOf(node).filter(({ target }) => target?.some(({ id }) => !isInside(id))),
          );
        const lifted = [...there].filter(
          ({ source, target }) => isInside(source) && target !== undefined && !isInside(target),
        );
        expect([path, lifted.length]).toEqual([path, leaving.length]);
      }
    }
  });

  it('have a black dot with an edge in every open state that begins with one of its children', () => {
    const dots = pictures.flatMap(({ root, edges }) =>
      boxesOf(root)
        .filter(({ kind }) => kind === 'initial')
        .map(({ id, path }) => [id, path, edges.filter(({ from, to }) => from === id && to === path).length]),
    );
    const beginnings = nodesOf(machine.root).flatMap((node) =>
      node.type === 'compound' ? [[`${node.id}#initial`, node.initial.target[0]?.id, 1]] : [],
    );
    expect(dots.sort()).toEqual(beginnings.sort());
  });

  it('have the double ring round final states only', () => {
    const finals = pictures
      .flatMap(({ root, elsewhere }) => [...boxesOf(root), ...elsewhere])
      .filter(({ kind }) => kind === 'final');
    const ended = nodesOf(machine.root).filter(({ type }) => type === 'final');
    expect(new Set(finals.map(({ path }) => path))).toEqual(new Set(ended.map(({ id }) => id)));
  });

  it('have one edge at most from one box to another, between boxes that are there', () => {
    for (const { root, elsewhere, edges } of pictures) {
      const ids = new Set([...boxesOf(root), ...elsewhere].map(({ id }) => id));
      expect(edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
      expect(new Set(edges.map(({ from, to }) => `${from} ${to}`)).size).toBe(edges.length);
    }
  });

  it('say the source of every state that only rows lead to', () => {
    for (const { root, edges } of pictures) {
      const silent = boxesOf(root).filter(
        ({ id, kind, sections }) =>
          kind !== 'initial' &&
          id !== root.id &&
          !edges.some(({ to }) => to === id || to.startsWith(`${id}.`)) &&
          !sections.some(({ caption }) => caption === 'from') &&
          !boxesOf(root).some(
            (box) => box.kind === 'parallel' && box.children.some((child) => child.id === id),
          ),
      );
      expect(silent.map(({ id }) => id)).toEqual([]);
    }
  });
});

const lamp = createMachine({
  id: 'lamp',
  initial: 'off',
  on: { 'power.lost': '.off', 'cord.pulled': { actions: 'complain' }, 'fly.landed': {} },
  states: {
    off: {
      on: {
        pressed: [
          { guard: 'hasBulb', target: 'on' },
          { guard: and(['isDark', not('isDay')]), target: 'on' },
        ],
      },
    },
    on: {
      initial: 'bright',
      invoke: { src: 'ballast', onDone: 'off', onError: 'broken' },
      after: { 500: 'off', patience: 'off' },
      on: { pressed: 'off', dimmed: '.dim', 'bulb.changed': { target: 'on', reenter: true } },
      states: {
        bright: { always: { guard: { type: 'is', params: { wanted: 'dim' } }, target: 'dim' } },
        dim: {},
      },
    },
    broken: { type: 'final' },
  },
});

describe('a picture of a small machine', () => {
  const [picture] = picturesOf({ machine: lamp, apart: [] });
  const [overview, apart] = picturesOf({ machine: lamp, apart: ['lamp.on'] });
  const edges = (one: Picture | undefined): string[] =>
    (one?.edges ?? []).map(({ from, to, items }) => `${from} → ${to}: ${items.map(wordsOf).join(' | ')}`);
  const sections = (one: Picture | undefined, path: string): string[] =>
    (one === undefined ? [] : boxesOf(one.root))
      .filter((box) => box.id === path)
      .flatMap((box) =>
        box.sections.map(({ caption, items }) => `${caption}: ${items.map(wordsOf).join(' | ')}`),
      );

  it('has edges with events, delays, ends of actors and guards', () => {
    expect(edges(picture)).toEqual([
      'lamp#initial → lamp.off: ',
      'lamp.on#initial → lamp.on.bright: ',
      'lamp.off → lamp.on: pressed [hasBulb] | pressed [isDark and not isDay]',
      'lamp.on → lamp.off: pressed | done | after 500 ms | after patience',
      'lamp.on → lamp.broken: failed',
      'lamp.on.bright → lamp.on.dim: always [is dim]',
    ]);
  });

  it('has what holds in every state, and what is only handled, as rows of the root', () => {
    expect(sections(picture, 'lamp')).toEqual([
      'in every state: power.lost → off',
      'handles: cord.pulled',
      'ignores: fly.landed',
    ]);
  });

  it('has transitions to itself and to its inside as rows of a state, which say so at their target', () => {
    expect(sections(picture, 'lamp.on')).toEqual(['do /: ballast', ': dimmed → dim | bulb.changed ↻ again']);
    expect(sections(picture, 'lamp.on.dim')).toEqual(['from: on']);
    expect(sections(picture, 'lamp.off')).toEqual(['from: any state']);
  });

  it('lifts edges from the inside of a closed box to its border', () => {
    expect(overview?.root.children.find(({ id }) => id === 'lamp.on')).toMatchObject({
      kind: 'collapsed',
      children: [],
    });
    expect(edges(overview).filter((edge) => edge.startsWith('lamp.on'))).toEqual([
      'lamp.on → lamp.off: pressed | done | after 500 ms | after patience',
      'lamp.on → lamp.broken: failed',
    ]);
  });

  it('of one of its states says how it is entered, and what leaves it from everywhere', () => {
    expect(sections(apart, 'lamp.on')).toEqual([
      'from: off',
      'do /: ballast',
      'in every state: pressed → off | dimmed → dim | bulb.changed ↻ again | done → off | failed → broken | after 500 ms → off | after patience → off',
    ]);
  });

  it('cannot be made of a state that is not there', () => {
    expect(() => picturesOf({ machine: lamp, apart: ['lamp.dark'] })).toThrow(
      'lamp.dark is to have a picture of its own',
    );
  });
});

describe('a definition', () => {
  it('with a guard without a name is refused', () => {
    expect(() => guardName(() => true)).toThrow('a guard without a name');
  });

  it('with a history state is refused', () => {
    const machine = createMachine({ id: 'x', initial: 'a', states: { a: {}, h: { type: 'history' } } });
    expect(() => readMachine(machine)).toThrow('x.h is a history state');
  });

  it('with two targets of one event is refused', () => {
    const region = { initial: 'a', states: { a: {}, b: {} } };
    const machine = createMachine({
      id: 'x',
      type: 'parallel',
      on: { go: { target: ['.l.b', '.r.b'] } },
      states: { l: region, r: region },
    });
    expect(() => readMachine(machine)).toThrow('x enters two states by go');
  });
});
