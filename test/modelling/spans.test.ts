import { spansOf } from '../../modelling/report/spans.ts';

const HOUR_MS = 3_600_000;
const at = (atMs: number, state: string) => ({ atMs, state });

describe('a timeline in slots', () => {
  it('gives a whole slot to what was not usual in it', () => {
    const spans = spansOf(
      [at(0, 'online'), at(2.5 * HOUR_MS, 'lost'), at(2.5 * HOUR_MS + 3, 'online')],
      4 * HOUR_MS,
      HOUR_MS,
    );
    expect(spans.map(({ state, fromMs, toMs }) => [state, fromMs / HOUR_MS, toMs / HOUR_MS])).toEqual([
      ['online', 0, 2],
      ['lost', 2, 3],
      ['online', 3, 4],
    ]);
  });

  it('gives it to the longer of two that were not', () => {
    const changes = [at(0, 'short'), at(10, 'long'), at(30, 'online')];
    expect(spansOf(changes, HOUR_MS, HOUR_MS).map(({ state }) => state)).toEqual(['long']);
  });

  it('begins a new span with each day, and ends the last with the life', () => {
    const spans = spansOf([at(0, 'lost')], 49.5 * HOUR_MS, HOUR_MS);
    expect(spans.map(({ day, fromMs, toMs }) => [day, fromMs / HOUR_MS, toMs / HOUR_MS])).toEqual([
      [1, 0, 24],
      [2, 0, 24],
      [3, 0, 1.5],
    ]);
  });

  it('has no more spans than slots, however many changes there are', () => {
    const changes = Array.from({ length: 50_000 }, (_, number) => at(number * 1_000, number % 2 ? 'a' : 'b'));
    expect(spansOf(changes, 24 * HOUR_MS, HOUR_MS).length).toBeLessThanOrEqual(24);
  });
});
