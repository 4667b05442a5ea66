/** What has which colour, on a light and on a dark ground. Plots know the names, the style sheet the colours. */

type Pair = readonly [light: string, dark: string];

const STATES: Readonly<Record<string, Pair>> = {
  online: ['#cde7d6', '#1d4632'],
  portClosed: ['#a9b1bb', '#68727e'],
  opening: ['#86c5e8', '#2f7fa8'],
  syncing: ['#3f9bd6', '#53aee6'],
  configuring: ['#1f6fb2', '#3b82d6'],
  unlockingSim: ['#b39ddb', '#7d64bd'],
  registering: ['#6a4bc4', '#9d83f2'],
  attaching: ['#17877b', '#35b8a8'],
  recovering: ['#f0a020', '#f0a838'],
  rebooting: ['#d8342c', '#ff6a5e'],
  cooling: ['#7d1b4b', '#c2417f'],
  stopped: ['#5c6670', '#8b96a3'],
  faulted: ['#14181d', '#f2f4f7'],
};

const PHASES: readonly Pair[] = [
  ['#8a949e', '#7a8590'],
  ['#d8342c', '#ff6a5e'],
  ['#6a4bc4', '#9d83f2'],
  ['#f0a020', '#f0a838'],
  ['#17877b', '#35b8a8'],
  ['#2b7cc4', '#58a6ee'],
  ['#a0568c', '#d58bc2'],
];

const POLICIES: readonly Pair[] = [
  ['#1f6fb2', '#5fb0f5'],
  ['#c2570c', '#f59a4c'],
];

const WAITS: readonly Pair[] = [
  ['#3f9bd6', '#6cc0f2'],
  ['#d99a10', '#f0b840'],
  ['#d8342c', '#ff6a5e'],
  ['#7d1b4b', '#e070ac'],
];

/** From a transition that was taken a few times to one that was taken all the time: readable as text on both grounds. */
const HEAT: readonly Pair[] = [
  ['#2f6fb5', '#76b4f5'],
  ['#5a55b8', '#a39cff'],
  ['#8b3a9c', '#dc8cec'],
  ['#b0296f', '#f784b8'],
  ['#c22a2a', '#ff8a7a'],
  ['#8f3a00', '#ffc060'],
];

/** Heat: 1 to 9 times, 10 to 99 … , and everything above. */
export const HEATS = HEAT.length;

export const stateColour = (state: string): string =>
  Object.hasOwn(STATES, state) ? `var(--state-${state})` : 'var(--state-stopped)';
/** States in the order of the palette: it begins with the best, and is that of a start. */
export function inOrder(states: ReadonlySet<string>): string[] {
  const known = Object.keys(STATES);
  return [
    ...known.filter((state) => states.has(state)),
    ...[...states].filter((one) => !known.includes(one)),
  ];
}

export const phaseColour = (at: number): string => `var(--phase-${at % PHASES.length})`;
export const policyColour = (at: number): string => `var(--policy-${at % POLICIES.length})`;
export const waitColour = (at: number): string => `var(--wait-${at % WAITS.length})`;

/** The names of all colours with their values. */
export function colourVariables(ground: 'light' | 'dark'): string {
  const at = ground === 'light' ? 0 : 1;
  const rows = (name: string, pairs: readonly Pair[]): string[] =>
    pairs.map((pair, number) => `--${name}-${number}:${pair[at]}`);
  return [
    ...Object.entries(STATES).map(([state, pair]) => `--state-${state}:${pair[at]}`),
    ...rows('phase', PHASES),
    ...rows('policy', POLICIES),
    ...rows('wait', WAITS),
    ...rows('heat', HEAT),
  ].join(';');
}
