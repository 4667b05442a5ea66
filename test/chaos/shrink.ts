/** Makes a schedule that fails as short as it still fails (delta debugging). */
import type { Check } from './oracle.ts';
import { runCase } from './run-case.ts';
import type { ChaosEvent, Schedule } from './schedule.ts';

/** Runs that may be spent on it. */
const MOST_RUNS = 250;

/** Returns a shorter schedule that violates the same check. */
export async function shrink(schedule: Schedule, check: Check): Promise<Schedule> {
  let runs = 0;
  const fails = async (candidate: Schedule): Promise<boolean> => {
    runs += 1;
    if (runs > MOST_RUNS) return false;
    const { violations } = await runCase(candidate);
    return violations.some((one) => one.check === check);
  };
  const shorter = await withFewerEvents(schedule, fails);
  return withLess(shorter, fails);
}

type Fails = (candidate: Schedule) => Promise<boolean>;

async function withFewerEvents(schedule: Schedule, fails: Fails): Promise<Schedule> {
  let best = schedule;
  let size = Math.ceil(best.events.length / 2);
  while (size >= 1) {
    let found = false;
    for (let at = 0; at < best.events.length; at += size) {
      const events = [...best.events.slice(0, at), ...best.events.slice(at + size)];
      if (events.length === best.events.length || !(await fails({ ...best, events }))) continue;
      best = { ...best, events };
      found = true;
      at -= size;
    }
    if (!found || size > best.events.length) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return best;
}

/** What may be left out of an event or of the setting. */
async function withLess(schedule: Schedule, fails: Fails): Promise<Schedule> {
  let best = schedule;
  const { single: _, ladder: __, pin: ___, baud: ____, ...plain } = best;
  for (const candidate of [
    { ...plain, ...(best.ladder && { ladder: best.ladder }), ...(best.pin && { pin: best.pin }) },
    { ...best, storeMs: 0 },
    { ...best, contexts: 1 },
  ] satisfies Schedule[]) {
    const merged: Schedule = { ...candidate, events: best.events };
    if (JSON.stringify(merged) !== JSON.stringify(best) && (await fails(merged))) best = merged;
  }
  for (let at = 0; at < best.events.length; at += 1) {
    for (const event of simpler(best.events[at])) {
      const events = best.events.map((one, n) => (n === at ? event : one));
      if (await fails({ ...best, events })) best = { ...best, events };
    }
  }
  return best;
}

function simpler(event: ChaosEvent | undefined): readonly ChaosEvent[] {
  if (event?.do !== 'talk' && event?.do !== 'serve') return [];
  const { next: _, ...plain } = event;
  const candidates: ChaosEvent[] = [];
  if (event.next) candidates.push(plain);
  if (event.down > 0) candidates.push({ ...event, down: 0 });
  if (event.up > 10) candidates.push({ ...event, up: 10 });
  return candidates;
}
