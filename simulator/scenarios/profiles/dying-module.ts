import type { ScenarioProfile } from '../profile.ts';

/** A module near its end, in a good network. */
export const dyingModule: ScenarioProfile = {
  format: 1,
  name: 'dying-module',
  description:
    'a module near its end in a good network: hangs in bursts, crashes, a worn supply, a loose SIM',
  standsFor:
    'Hardware that should be replaced: firmware that hangs until it is reset and soon again, restarts with and without notices, capacitors that give way under load, a SIM with corroded contacts. Assumed numbers, not measured ones.',
  network: { latency: { logNormal: { median: '60ms', p95: '200ms' } } },
  timing: { boot: '6s' },
  processes: [
    {
      fault: 'hang',
      when: {
        bursts: {
          mean: '2d',
          strikes: { uniform: { from: 1, to: 5 } },
          spacing: { exponential: { mean: '30m' } },
        },
      },
    },
    {
      fault: 'hang',
      for: { logNormal: { median: '45s', p95: '5m' } },
      when: { exponential: { mean: '10h' } },
    },
    { fault: 'crash', when: { exponential: { mean: '16h' } } },
    { fault: 'crash', silent: true, when: { exponential: { mean: '2d' } } },
    { fault: 'brownOut', afterBytes: 500, when: { exponential: { mean: '1d' } } },
    {
      fault: 'simFailure',
      for: { logNormal: { median: '20s', p95: '15m' } },
      when: { exponential: { mean: '2d' } },
    },
    { fault: 'simFailure', for: '3h', cme: 10, when: { exponential: { mean: '30d' } } },
    { fault: 'peerClose', when: { exponential: { mean: '2d' } } },
  ],
};
