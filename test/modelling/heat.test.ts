/** Recorded transitions on the pictures of the statecharts. */
import { parseHTML } from 'linkedom';
import { coverage, heatClass, heatedChart, wordsOf } from '../../modelling/report/heat.ts';
import { keyOf, matched } from '../../modelling/report/taken.ts';
import { taken } from './made-model.ts';

const drawn = (source: string, event: string, target?: string) => ({ source, event, target });

describe('a transition that was taken', () => {
  it('is the one of the same ends and event', () => {
    const one = drawn('modem.opening', 'port.opened', 'modem.syncing');
    const others = [
      drawn('modem.opening', 'port.opened'),
      drawn('modem.opening', 'port.lost', 'modem.syncing'),
    ];
    const { counts, unknown } = matched(
      'modem',
      [...others, one],
      [taken('modem', 'opening', 'port.opened', 'syncing', 3)],
    );
    expect([[...counts], unknown]).toEqual([[[keyOf(one), 3]], []]);
  });

  it('is one of the root where it has no source, and one that stays where it has no target', () => {
    const all = [drawn('modem', 'urc.open'), drawn('modem', 'module.booted', 'modem.syncing')];
    const { counts } = matched('modem', all, [
      taken('modem', '', 'urc.open', '', 4),
      taken('modem', '', 'module.booted', 'syncing', 5),
    ]);
    expect([...counts.values()]).toEqual([4, 5]);
  });

  it('may be written for all events of a kind', () => {
    const all = [drawn('socket', 'urc.*'), drawn('socket', '*')];
    const { counts } = matched('socket', all, [
      taken('socket', '', 'urc.recv', '', 2),
      taken('socket', '', 'other', '', 3),
    ]);
    expect([...counts]).toEqual([
      [keyOf(drawn('socket', 'urc.*')), 2],
      [keyOf(drawn('socket', '*')), 3],
    ]);
  });

  it('is the eventless one when none is written for its event', () => {
    const always = drawn('modem.a', '', 'modem.b');
    const exact = drawn('modem.a', 'go', 'modem.b');
    const go = [taken('modem', 'a', 'go', 'b', 1)];
    expect([...matched('modem', [always], go).counts]).toEqual([[keyOf(always), 1]]);
    expect([...matched('modem', [always, exact], go).counts]).toEqual([[keyOf(exact), 1]]);
  });

  it('counts together with others of its ends, and not with those of other charts', () => {
    const always = drawn('modem.a', '', 'modem.b');
    const { counts, unknown } = matched(
      'modem',
      [always],
      [
        taken('modem', 'a', 'x', 'b', 1),
        taken('modem', 'a', 'y', 'b', 2),
        taken('socket', 'a', 'x', 'b', 50),
      ],
    );
    expect([[...counts.values()], unknown]).toEqual([[3], []]);
  });

  it('is told when no picture has it', () => {
    const lost = taken('modem', 'a', 'x', 'nowhere', 1);
    expect(matched('modem', [drawn('modem.a', 'x', 'modem.b')], [lost]).unknown).toEqual([lost]);
  });
});

describe('the picture of a chart', () => {
  const chart = heatedChart(
    'modem',
    [
      taken('modem', 'portClosed', 'ask.start', 'opening', 1),
      taken('modem', 'recovering', 'context.active', 'online', 12_345),
      taken('modem', '', 'urc.pdpdeact', '', 60),
      taken('modem', 'opening.trying', 'xstate.done.actor.0.modem.opening.trying', 'syncing', 7),
    ],
    '0-',
  );
  const [whole, ...parts] = chart.pictures.map(({ svg }) => parseHTML(svg).document);
  const edge = (source: string, target: string) =>
    whole?.querySelector(`.edge[data-source="modem.${source}"][data-target="modem.${target}"]`);

  it('has the count on the edge, and the colour that goes with it', () => {
    expect(edge('portClosed', 'opening')?.getAttribute('data-count')).toBe('1');
    expect(edge('portClosed', 'opening')?.classList.contains('heat-0')).toBe(true);
    expect(edge('recovering', 'online')?.getAttribute('data-count')).toBe('12345');
    expect(edge('recovering', 'online')?.classList.contains('heat-4')).toBe(true);
  });

  it('has what comes from within a closed box on the edge of the box', () => {
    expect(edge('opening', 'syncing')?.getAttribute('data-count')).toBe('7');
  });

  it('has the count on the words of a transition that is no edge', () => {
    const row = whole?.querySelector('.transition[data-event="urc.pdpdeact"][data-source="modem"]');
    expect([row?.getAttribute('data-count'), row?.classList.contains('heat-1')]).toEqual(['60', true]);
  });

  it('shows what was never taken as such', () => {
    expect(edge('online', 'recovering')?.classList.contains('never')).toBe(true);
    const others = [...(whole?.querySelectorAll('.edge:not(.beginning)') ?? [])].filter(
      (one) => one.getAttribute('data-count') !== '0',
    );
    expect(others).toHaveLength(3);
  });

  it('has the same counts in the pictures of its parts', () => {
    const opening = parts.flatMap((part) => [
      ...part.querySelectorAll('.edge[data-source="modem.opening.trying"][data-target="modem.syncing"]'),
    ]);
    expect(opening.map((one) => one.getAttribute('data-count'))).toEqual(['7']);
  });

  it('says how much of the chart was taken, and lists the rest', () => {
    const never = chart.transitions.filter(({ count }) => count === 0);
    expect(coverage(chart)).toBe(`4 of ${chart.transitions.length} transitions taken`);
    expect(never).toHaveLength(chart.transitions.length - 4);
    const list = never.map((one) => wordsOf(one, 'modem'));
    expect(list).toContain('online –context.lost→ recovering');
    expect(list).not.toContain('portClosed –ask.start→ opening');
  });

  it('colours by the digits of a count', () => {
    expect([0, 1, 9, 10, 99_999, 100_000, 12_345_678].map(heatClass)).toEqual([
      'never',
      ...['heat-0', 'heat-0', 'heat-1', 'heat-4', 'heat-5', 'heat-5'],
    ]);
  });

  it('says the sum where the same words stand for several transitions', () => {
    const context = heatedChart(
      'pdpContext',
      [
        taken(
          'pdpContext',
          'activating.confirming',
          'xstate.done.actor.0.pdpContext.activating.confirming',
          'active',
          8,
        ),
      ],
      '',
    );
    const { document } = parseHTML(context.pictures[0]?.svg ?? '');
    const label = document.querySelector(
      '.edge[data-source="pdpContext.activating"][data-target="pdpContext.active"] .transition:has(text)',
    );
    expect(label?.getAttribute('data-count')).toBe('8');
  });
});
