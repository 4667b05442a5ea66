/** Every transcript of the manuals decodes exactly, however the received bytes are cut: five dialects, one suite. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wireDialectOf } from '../../adapters/dialects/registry.ts';
import { replay, resplit } from '../../adapters/transcript/replay.ts';
import { type Element, parseTranscript } from '../../adapters/transcript/transcript.ts';
import { seededRandom } from '../../simulator/random.ts';
import { difference, type Event } from '../support/expected-events.ts';

const FOLDERS = ['transcripts', 'field-logs', 'wire-cases'].map((name) => join(__dirname, '..', name));
const RANDOM_CUTS = 25;

interface Case {
  readonly id: string;
  readonly family: string;
  readonly expected: readonly Event[];
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name.replace('.json', ''), readFileSync(join(folder, name), 'utf8')] as const),
);

/** The same bytes, each read cut once at every place in turn. */
function* singleSplits(elements: readonly Element[]): Generator<readonly Element[]> {
  const joined = resplit(elements, () => Number.MAX_SAFE_INTEGER);
  for (const [at, element] of joined.entries()) {
    if (element.direction === 'tx') continue;
    for (let cut = 1; cut < element.bytes.length; cut++) {
      const front = { ...element, bytes: element.bytes.subarray(0, cut) };
      const back: Element = { direction: 'rx', bytes: element.bytes.subarray(cut) };
      yield [...joined.slice(0, at), front, back, ...joined.slice(at + 1)];
    }
  }
}

function* randomSplits(elements: readonly Element[]): Generator<readonly Element[]> {
  for (let seed = 1; seed <= RANDOM_CUTS; seed++) {
    const random = seededRandom(seed);
    yield resplit(elements, () => random.integer(1, seed));
  }
}

const WAYS: readonly [name: string, cut: (elements: readonly Element[]) => Iterable<readonly Element[]>][] = [
  ['as it was read', (elements) => [elements]],
  ['in one piece between two writes', (elements) => [resplit(elements, () => Number.MAX_SAFE_INTEGER)]],
  ['byte by byte', (elements) => [resplit(elements, () => 1)]],
  ['cut at every place', singleSplits],
  [`cut at random, ${RANDOM_CUTS} seeds`, randomSplits],
];

it('covers all five dialects', () => {
  const families = files.map(([, text]) => (JSON.parse(text) as Case).family);
  const count = (family: string): number => families.filter((one) => one === family).length;
  expect(count('gsm')).toBeGreaterThanOrEqual(46);
  expect(count('ugxx')).toBeGreaterThanOrEqual(19);
  expect(count('bc66')).toBeGreaterThanOrEqual(25);
  expect(count('lte')).toBeGreaterThanOrEqual(50);
  expect(count('rg')).toBeGreaterThanOrEqual(43);
});

/** So that a comparison that accepts everything does not go unnoticed. */
it.each(files)('%s has events that are compared one by one', (_, text) => {
  const { family, expected } = JSON.parse(text) as Case;
  const events: Event[] = [];
  replay(wireDialectOf(family), parseTranscript(text), (event) => events.push(event));
  const certain = expected.filter(({ type, uncertain }) => type !== 'noise' && uncertain !== true);
  for (const dropped of certain.filter(({ type }) => type !== 'data')) {
    expect(
      difference(
        expected.filter((event) => event !== dropped),
        events,
      ),
    ).toBeDefined();
  }
});

describe.each(files)('%s gives its events', (_, text) => {
  const { family, expected } = JSON.parse(text) as Case;
  const transcript = parseTranscript(text);
  const dialect = wireDialectOf(family);

  function decoded(elements: readonly Element[]): Event[] {
    const events: Event[] = [];
    replay(dialect, { ...transcript, elements }, (event) => events.push(event));
    return events;
  }

  it.each(WAYS)('%s', (_name, cut) => {
    for (const elements of cut(transcript.elements)) {
      expect(difference(expected, decoded(elements))).toBeUndefined();
    }
  });
});
