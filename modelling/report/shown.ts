/** The policies of a model as the plots have them: each with a name of its own, and a colour. */
import type * as Plot from '@observablehq/plot';
import type { Model, PolicyResult } from '../model.ts';
import { policyColour } from './colours.ts';
import type { Markup } from './html.ts';
import { legend } from './plotting.ts';

export interface Shown {
  readonly name: string;
  readonly colour: string;
  /** How its marks look where they lie upon those of another: dots as rings, lines dashed. */
  readonly isSecond: boolean;
  readonly result: PolicyResult;
}

export function shownOf({ results }: Model): readonly Shown[] {
  const names = results.map(({ policy }) => policy.name);
  return results.map((result, at) => {
    const name = result.policy.name;
    const isTaken = names.indexOf(name) < at;
    return {
      name: isTaken ? `${name} (${at + 1})` : name,
      colour: policyColour(at),
      isSecond: at > 0,
      result,
    };
  });
}

/** What a reader looks for first; the other charts follow by name. */
const FIRST = ['modem', 'pdpContext', 'socket'];

/** The charts of all policies: those that were in a state, or took a transition. */
export function chartsOf(shown: readonly Shown[]): readonly string[] {
  const all = shown.flatMap(({ result: { figures } }) => [
    ...Object.keys(figures.states),
    ...figures.transitions.map(({ chart }) => chart),
  ]);
  const found = new Set(all);
  const others = [...found].filter((chart) => !FIRST.includes(chart));
  return [...FIRST.filter((chart) => found.has(chart)), ...others.sort()];
}

/** The colours of two policies; one needs none. */
export function policyLegend(shown: readonly Shown[]): Markup | '' {
  if (shown.length < 2) return '';
  return legend(
    shown.map(({ name }) => name),
    shown.map(({ colour }) => colour),
  );
}

/** A dot, or a ring around it: two that fall together are both seen. */
export function dotLook({ colour, isSecond }: Shown, r: number): Plot.DotOptions {
  return isSecond ? { stroke: colour, strokeWidth: 1.75, r: r + 1.5 } : { fill: colour, r };
}

/** Of one policy there is no need to say whose a row is. */
export function rowName(shown: readonly Shown[], name: string, policy: string): string {
  return shown.length < 2 ? name : `${name}, ${policy}`;
}
