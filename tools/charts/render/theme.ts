/** Colours of the two themes; every text has a contrast of at least 4.5 to what is behind it. */
export interface Theme {
  readonly name: 'light' | 'dark';
  readonly ground: string;
  /** Boxes by how deep they lie. */
  readonly fills: readonly string[];
  readonly fillFinal: string;
  readonly stroke: string;
  readonly edge: string;
  readonly stateName: string;
  readonly event: string;
  readonly guard: string;
  readonly target: string;
  readonly quiet: string;
}

/** So many fills there are; deeper boxes begin anew. */
export const DEPTHS = 4;

export const THEMES: readonly Theme[] = [
  {
    name: 'light',
    ground: '#ffffff',
    fills: ['#f6f8fa', '#ffffff', '#f0f4f9', '#ffffff'],
    fillFinal: '#f6f8fa',
    stroke: '#8c96a3',
    edge: '#57606a',
    stateName: '#14335c',
    event: '#24292f',
    guard: '#6f42a8',
    target: '#0b5cad',
    quiet: '#5d6670',
  },
  {
    name: 'dark',
    ground: '#0d1117',
    fills: ['#141a22', '#1d2530', '#161d27', '#222b37'],
    fillFinal: '#161b22',
    stroke: '#5b6675',
    edge: '#9aa5b1',
    stateName: '#cfe3ff',
    event: '#dde3ea',
    guard: '#cda8f5',
    target: '#7cb8ff',
    quiet: '#9aa5b1',
  },
];
