/** A line of words as SVG: those of one transition in one group, so that they can be styled by it. */
import type { Transition } from '../definition/state.ts';
import type { Line, Word } from '../layout/flow.ts';
import { ADVANCE_EM, FONT, textWidth } from '../layout/measure.ts';
import { element, escapeXml, group } from './xml.ts';

/** How far the baseline is below the top of a line. */
const BASELINE = 11;

export const number = (value: number): string => String(Math.round(value * 10) / 10);

/** What a later reader of the picture needs to find the transition in a recording. */
const transitionData = ({
  source,
  target,
  event,
  guard,
}: Transition): Record<string, string | undefined> => ({
  'data-source': source,
  'data-target': target,
  'data-event': event,
  'data-guard': guard,
});

export function text(className: string, words: string, x: number, y: number, fontSize: number): string {
  return element(
    'text',
    { class: className, x: number(x), y: number(y), textLength: number(textWidth(words, fontSize)) },
    escapeXml(words),
  );
}

export function lineMarkup({ words }: Line, x: number, y: number): string[] {
  const groups: Word[][] = [];
  for (const word of words) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]?.transitions === word.transitions) last.push(word);
    else groups.push([word]);
  }
  return groups.map((some) => {
    const texts = some.map((word) =>
      text(word.tone, word.text, x + word.at * ADVANCE_EM * FONT.text, y + BASELINE, FONT.text),
    );
    const [first, ...more] = some[0]?.transitions ?? [];
    return first === undefined
      ? texts.join('')
      : [
          element('g', { class: 'transition', ...transitionData(first) }, ...texts),
          ...unsaidMarkup(more),
        ].join('');
  });
}

/** Transitions that the words of another stand for. */
const unsaidMarkup = (transitions: readonly Transition[]): string[] =>
  transitions.map((one) => group({ class: 'transition', ...transitionData(one) }, []));
