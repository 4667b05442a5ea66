/** The profiles that come with the package. */
import type { ScenarioProfile } from '../profile.ts';
import { dyingModule } from './dying-module.ts';
import { flakyNbiot } from './flaky-nbiot.ts';
import { goodUrban } from './good-urban.ts';
import { nightlyMaintenance } from './nightly-maintenance.ts';
import { ruralGsm } from './rural-gsm.ts';

/** The profiles that come with the package: plain JSON data, each by its own name (`scenarioProfile`). */
export const SCENARIO_PROFILES: readonly ScenarioProfile[] = [
  goodUrban,
  ruralGsm,
  flakyNbiot,
  dyingModule,
  nightlyMaintenance,
];

/** The profile of that name, if it comes with the package. */
export function scenarioProfile(name: string): ScenarioProfile | undefined {
  return SCENARIO_PROFILES.find((profile) => profile.name === name);
}
