/** What a modelled month costs, against a month in which every minute is lived, and the share of it that had to be lived.
 *
 * One processor; the month that is lived throughout is reckoned from some days of it, with the same faults.
 */
import { type LifeReport, live } from '../modelling/life.ts';
import { checkedPolicy } from '../modelling/policy.ts';
import { SCENARIO_PROFILES, type ScenarioProfile } from '../simulator/index.ts';

const DAYS = 30;
const LIVED_DAYS = 2;
const LOAD = { everyMs: 60_000, sizeBytes: 200 };

interface Timed {
  readonly report: LifeReport;
  readonly seconds: number;
}

async function timed(profile: ScenarioProfile, days: number, isLivedThroughout: boolean): Promise<Timed> {
  const policy = checkedPolicy();
  const startedAtMs = performance.now();
  const report = await live({
    ...{ dialect: 'lte' as const, days, seed: 1, load: LOAD, policy, profile, isLivedThroughout },
  });
  return { report, seconds: (performance.now() - startedAtMs) / 1000 };
}

const [warm] = SCENARIO_PROFILES;
if (warm) await timed(warm, 1, true);
console.log(`${DAYS} days of lte, a reading a minute\n`);
console.log('profile               strikes    lived    seconds    lived throughout    ratio');
for (const profile of SCENARIO_PROFILES) {
  const month = await timed(profile, DAYS, false);
  const throughout = await timed(profile, LIVED_DAYS, true);
  const throughoutS = (throughout.seconds * DAYS) / LIVED_DAYS;
  const { strikes, livedMs, durationMs } = month.report;
  console.log(
    [
      profile.name.padEnd(20),
      String(strikes.length).padStart(9),
      `${((100 * livedMs) / durationMs).toFixed(1)} %`.padStart(9),
      month.seconds.toFixed(1).padStart(11),
      `${throughoutS.toFixed(0)} s`.padStart(20),
      `${(throughoutS / month.seconds).toFixed(0)} ×`.padStart(9),
    ].join(''),
  );
}
