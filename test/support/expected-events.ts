import { isDeepStrictEqual } from 'node:util';

/** An event of the transcript format. */
export type Event = Readonly<Record<string, unknown>> & { readonly type: string };

interface Expected extends Event {
  readonly uncertain?: boolean;
  readonly alternatives?: readonly (readonly Event[])[];
}

const NOT_COMPARED = new Set(['noise', 'unknown', 'timeout', 'aborted', 'pending', 'partial']);

/** Without what the format does not compare, neighbouring data joined. */
function compared(events: readonly Event[]): Event[] {
  const result: Event[] = [];
  for (const event of events) {
    if (NOT_COMPARED.has(event.type)) continue;
    const last = result.at(-1);
    if (event.type === 'data' && last?.type === 'data') {
      result[result.length - 1] = { ...last, data_hex: `${last['data_hex']}${event['data_hex']}` };
    } else result.push(event);
  }
  return result;
}

/** Every sequence that the expected events allow: an uncertain one may be missing or be replaced. */
function* sequences(expected: readonly Expected[]): Generator<readonly Event[]> {
  const at = expected.findIndex((event) => event.uncertain === true);
  const event = expected[at];
  if (event === undefined) return yield expected;
  const front = expected.slice(0, at);
  const { uncertain: _, alternatives = [], ...certain } = event;
  for (const rest of sequences(expected.slice(at + 1))) {
    yield [...front, certain as Event, ...rest];
    yield [...front, ...rest];
    for (const other of alternatives) yield [...front, ...other, ...rest];
  }
}

function fits(expected: Event, actual: Event): boolean {
  return Object.entries(expected).every(
    ([name, value]) => name === 'why' || isDeepStrictEqual(actual[name], value),
  );
}

/** The first difference in words, `undefined` when the events are as expected. */
export function difference(expected: readonly Expected[], actual: readonly Event[]): string | undefined {
  const seen = compared(actual);
  let first: string | undefined;
  for (const sequence of sequences(expected)) {
    const wanted = compared(sequence);
    const length = Math.max(wanted.length, seen.length);
    let at = 0;
    while (at < length && wanted[at] && seen[at] && fits(wanted[at] as Event, seen[at] as Event)) at++;
    if (at === length) return undefined;
    first ??= `event ${at}: expected ${JSON.stringify(wanted[at])}, got ${JSON.stringify(seen[at])}`;
  }
  return first;
}
