/** A timeline of very many changes → as many spans as a picture can show.
 *
 *    changes ──▶ slots of equal length: the state that is not the usual one wins ──▶ neighbours of one state together
 *
 * An outage of three seconds is seen in the picture of a day: it takes the whole of its slot.
 */

const DAY_MS = 86_400_000;

export interface Change {
  readonly atMs: number;
  readonly state: string;
}

/** A stretch within one day. Times are milliseconds since the beginning of the day. */
export interface Span {
  /** From 1. */
  readonly day: number;
  readonly state: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** @param usual the state that gives way to any other in a slot */
export function spansOf(
  changes: readonly Change[],
  durationMs: number,
  slotMs: number,
  usual = 'online',
): readonly Span[] {
  const slots = slotsOf(changes, durationMs, slotMs, usual);
  const spans: Span[] = [];
  let last: Span | undefined;
  for (const [at, state] of slots.entries()) {
    const day = Math.floor((at * slotMs) / DAY_MS);
    const fromMs = at * slotMs - day * DAY_MS;
    const toMs = Math.min(fromMs + slotMs, DAY_MS, durationMs - day * DAY_MS);
    const isSame = last?.state === state && last.day === day + 1;
    last = { day: day + 1, state, fromMs: isSame && last ? last.fromMs : fromMs, toMs };
    if (isSame) spans.pop();
    spans.push(last);
  }
  return spans;
}

/** The state of each slot. */
function slotsOf(changes: readonly Change[], durationMs: number, slotMs: number, usual: string): string[] {
  const shares = Array.from({ length: Math.ceil(durationMs / slotMs) }, () => new Map<string, number>());
  for (const [number, { atMs, state }] of changes.entries()) {
    const untilMs = Math.min(changes[number + 1]?.atMs ?? durationMs, durationMs);
    for (let at = Math.floor(atMs / slotMs); at * slotMs < untilMs; at++) {
      const ms = Math.min(untilMs, (at + 1) * slotMs) - Math.max(atMs, at * slotMs);
      if (ms > 0) shares[at]?.set(state, (shares[at]?.get(state) ?? 0) + ms);
    }
  }
  return shares.map((own) => {
    const others = [...own].filter(([state]) => state !== usual).sort(([, a], [, b]) => b - a);
    return others[0]?.[0] ?? usual;
  });
}
