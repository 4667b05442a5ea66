/** What the time of outages went to. */
import * as Plot from '@observablehq/plot';
import { PHASES } from '../outages.ts';
import { phaseColour } from './colours.ts';
import { causesOf, rowsByCause } from './facets.ts';
import { section, sentence, type Table } from './figure.ts';
import type { Markup } from './html.ts';
import { legend, plotted } from './plotting.ts';
import { rowName, type Shown } from './shown.ts';
import { duration, percent } from './words.ts';

const ID = 'phases';
const TITLE = 'Where the time went';

/** Part of a bar. */
interface Part {
  readonly cause: string;
  readonly policy: string;
  readonly phase: string;
  readonly colour: string;
  readonly ms: number;
  readonly share: number;
  readonly wholeMs: number;
}

export function recoveryPhases(shown: readonly Shown[]): Markup {
  const causes = causesOf(shown);
  const parts = shown.flatMap((one) => causes.flatMap((cause) => partsOf(one, cause)));
  if (parts.length === 0) return sentence(ID, TITLE, 'There was no outage that lasted.');
  const wholes = parts.filter(({ phase }) => phase === PHASES[0]);
  const plot = plotted(`Share of each phase in the outages, by cause: ${causes.join(', ')}`, (size) => {
    const { options, title } = rowsByCause(shown, causes, size);
    const channels = { y: 'policy', fy: 'cause' } as const;
    return {
      ...options,
      marginRight: size.name === 'wide' ? 110 : 86,
      x: { percent: true, domain: [0, 100], label: 'share of the time, %', ticks: 5 },
      marks: [
        Plot.barX(parts, {
          ...channels,
          ...{ x: 'share', fill: 'colour', title: wordsOf },
        }),
        Plot.text(wholes, {
          ...channels,
          ...{ x: 1, dx: 6, textAnchor: 'start', text: ({ wholeMs }: Part) => `⌀ ${duration(wholeMs)}` },
        }),
        title,
      ],
    };
  });
  return section({
    ...{ id: ID, title: TITLE, plot, table: tableOf(shown, causes) },
    legend: legend(
      PHASES.map((phase) => words(phase)),
      PHASES.map((_, at) => phaseColour(at)),
    ),
    caption: 'Phases of the outages of each cause; beside each bar the mean length of an outage (⌀).',
  });
}

/** `bringUp` → `bring up` */
const words = (phase: string): string => phase.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const wordsOf = ({ phase, ms, share }: Part): string =>
  `${words(phase)}: ${duration(ms)} (${percent(share, 1)})`;

function partsOf({ name, result }: Shown, cause: string): Part[] {
  const means = result.figures.recoveriesMs[cause]?.meanPhasesMs;
  if (means === undefined) return [];
  const wholeMs = PHASES.reduce((total, phase) => total + means[phase], 0);
  if (wholeMs === 0) return [];
  return PHASES.map((phase, at) => ({
    ...{ cause, policy: name, phase, colour: phaseColour(at) },
    ...{ ms: means[phase], share: means[phase] / wholeMs, wholeMs },
  }));
}

function tableOf(shown: readonly Shown[], causes: readonly string[]): Table {
  return {
    head: ['cause (means)', ...PHASES.map(words)],
    rows: causes.flatMap((cause) =>
      shown.flatMap(({ name, result }) => {
        const means = result.figures.recoveriesMs[cause]?.meanPhasesMs;
        return means === undefined
          ? []
          : [[rowName(shown, cause, name), ...PHASES.map((phase) => duration(means[phase]))]];
      }),
    ),
  };
}
