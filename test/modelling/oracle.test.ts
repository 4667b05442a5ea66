/** What must hold in every life, looked at from outside: bytes, ladder, commands, end. */
import { standardLadder } from '../../machines/index.ts';
import { type LifeReport, live } from '../../modelling/life.ts';
import { checkedPolicy } from '../../modelling/policy.ts';
import { parseProfile, SCENARIO_PROFILES, type VirtualDialect } from '../../simulator/index.ts';
import { LadderOracle } from '../chaos/ladder-oracle.ts';

jest.setTimeout(120_000);

const DAYS = 3;
const DAY_MS = 86_400_000;
const load = { everyMs: 60_000, sizeBytes: 200 };

/** Longest wait for a network or a SIM before the ladder is asked, with the looks and resets around it. */
const LONGEST_CURE_MS = 600_000;

/** A module that starts anew without a word cannot be known to have: its host writes what was right before. */
const UNKNOWING = /^AT\+QISEND=\d,\d+: 2 parameters, 1 allowed$/;

/** Complaints of the ladder's oracle about the resets of a life. */
function complaintsOf({ timeline, reboots }: LifeReport): readonly string[] {
  const oracle = new LadderOracle(standardLadder, 0);
  const events = [
    ...timeline.map(({ atMs, state }) => ({ atMs, play: () => oracle.health(state === 'online', atMs) })),
    ...reboots.map(({ atMs }) => ({ atMs, play: () => oracle.reset(atMs) })),
  ].sort((a, b) => a.atMs - b.atMs);
  return events.flatMap(({ play }) => play() ?? []);
}

/** Outages that last longer than every fault that lies in them, and whatever the ladder put in front of a reset. */
function tooLong({ durationMs, outages, strikes, reboots }: LifeReport): readonly unknown[] {
  return outages.filter(({ fromMs, toMs }) => {
    if (toMs === durationMs) return false; // it has not ended
    const within = (atMs: number): boolean => atMs <= toMs && atMs >= fromMs - DAY_MS;
    const faultMs = strikes.filter(({ atMs }) => within(atMs)).map(({ untilMs = 0 }) => untilMs);
    const waitMs = reboots.filter(({ atMs }) => within(atMs)).map(({ atMs }) => atMs);
    return toMs > Math.max(fromMs, ...faultMs, ...waitMs) + LONGEST_CURE_MS;
  });
}

/** So many hangs that the ladder has to hold resets back. */
const restless = parseProfile({
  format: 1,
  name: 'restless',
  description: 'of a test',
  processes: [{ fault: 'hang', when: { exponential: { mean: '6m' } } }],
});

const OTHERS: readonly VirtualDialect[] = ['bc66', 'gsm', 'ugxx', 'rg', 'gsm'];

describe.each(
  [...SCENARIO_PROFILES, restless].flatMap((profile, at) => [
    { profile, name: profile.name, dialect: 'lte' as const },
    { profile, name: profile.name, dialect: OTHERS[at] ?? 'gsm' },
  ]),
)('a life of $dialect under $name', ({ profile, dialect }) => {
  it('keeps every byte, keeps to the ladder and to the manual, comes back, and leaves nothing behind', async () => {
    const report = await live({ dialect, days: DAYS, seed: 11, load, policy: checkedPolicy(), profile });
    const { readings, violations, timeline } = report;
    expect(violations.filter((text) => !UNKNOWING.test(text))).toEqual([]);
    expect(readings.damaged).toBe(0);
    expect(readings.made).toBe(DAYS * 1440);
    expect(readings.arrived + readings.unconfirmed + readings.lost).toBe(readings.made);
    // bc66 has no counters: what it has taken and the network has swallowed nobody knows of.
    if (dialect !== 'bc66') expect(readings.lost).toBe(0);
    expect(complaintsOf(report)).toEqual([]);
    expect(tooLong(report)).toEqual([]);
    expect(timeline.map(({ state }) => state)).not.toContain('faulted');
  });
});
