import type { ScenarioProfile } from '../profile.ts';

/** A site at the edge of a rural cell. */
export const ruralGsm: ScenarioProfile = {
  format: 1,
  name: 'rural-gsm',
  description: 'the edge of a rural 2G cell: slow, and lost for minutes several times a day',
  standsFor:
    'A pump house or a weather station with one cell in reach: fading in bursts, voice calls that push data aside by day, contexts that the network drops, a supply that is short on cold nights. Usable with every dialect: it is about the network. Assumed numbers, not measured ones.',
  network: { latency: { logNormal: { median: '600ms', p95: '2500ms' } } },
  timing: { registration: '15s', activate: '3s', deactivate: '1s', open: '200ms' },
  processes: [
    { fault: 'natTimeout', idle: '10m', when: { once: { at: '0s' } } },
    {
      fault: 'radioLoss',
      for: { logNormal: { median: '25s', p95: '4m' } },
      when: {
        bursts: {
          mean: '12h',
          strikes: { uniform: { from: 1, to: 4 } },
          spacing: { exponential: { mean: '10m' } },
        },
      },
    },
    { fault: 'radioLoss', for: '10m', denied: true, when: { exponential: { mean: '20d' } } },
    {
      fault: 'pdpdeact',
      when: {
        exponential: {
          mean: '8h',
          hourly: [1, 1, 1, 1, 1, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 4, 3, 2, 1, 1],
        },
      },
    },
    {
      fault: 'slowNetwork',
      for: { exponential: { mean: '10m' } },
      times: 3,
      plus: '1s',
      when: { exponential: { mean: '5h' } },
    },
    { fault: 'peerClose', when: { exponential: { mean: '1d' } } },
    {
      fault: 'blackHole',
      for: { logNormal: { median: '2m', p95: '20m' } },
      when: { exponential: { mean: '3d' } },
    },
    { fault: 'hang', when: { exponential: { mean: '30d' } } },
    { fault: 'crash', silent: true, when: { exponential: { mean: '20d' } } },
    {
      fault: 'brownOut',
      afterBytes: 2000,
      when: { daily: { at: '05:00', jitter: '1h', probability: 0.05 } },
    },
  ],
};
