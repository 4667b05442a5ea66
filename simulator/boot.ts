import type { Firmware } from './firmware.ts';
import { SIM_NOTICES } from './sim-card.ts';

/** From RDY to the next notices of the start. */
const CFUN_AFTER_MS = 20;
const LAST_AFTER_SIM_MS = 300;

/** The notices of a start, and the search for the network (protocol.md §4, §10). Call it at the end of the boot.
 *
 * @param audible false for a module that comes back without a word.
 */
export function bootSequence(firmware: Firmware, audible: boolean): void {
  const { timing, clock, sim, profile } = firmware.hardware;
  const say = (name: string, line: string): void => {
    if (audible) firmware.say(name, line);
  };
  firmware.simReadyAtMs = clock.now() + timing.simReadyMs;
  say('RDY', 'RDY');
  firmware.timers.after(CFUN_AFTER_MS, () => say('+CFUN', '+CFUN: 1'));
  firmware.timers.after(timing.simReadyMs, () => {
    say('+CPIN', SIM_NOTICES[sim.state]);
    firmware.registration.search();
    if (sim.state === 'absent' || sim.state === 'failure') return;
    if (profile.tellsSimState) say('+QUSIM', '+QUSIM: 1');
    firmware.timers.after(LAST_AFTER_SIM_MS, () => {
      for (const line of profile.lastBootNotices) say(line.replace(/:.*/, ''), line);
    });
  });
}
