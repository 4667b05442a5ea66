import type { ScenarioProfile } from '../profile.ts';

/** A fixed site in a town with good coverage. */
export const goodUrban: ScenarioProfile = {
  format: 1,
  name: 'good-urban',
  description: 'a fixed site in a town: good coverage, rare and short losses',
  standsFor:
    'A gateway with an outside antenna in a dense network: several cells to choose from, busy evenings, a session that the network renews about once a week, carrier-grade NAT. Assumed numbers, not measured ones.',
  network: { latency: { logNormal: { median: '40ms', p95: '120ms' } } },
  processes: [
    { fault: 'natTimeout', idle: '30m', when: { once: { at: '0s' } } },
    { fault: 'pdpdeact', when: { exponential: { mean: '7d' } } },
    { fault: 'peerClose', when: { exponential: { mean: '2d' } } },
    {
      fault: 'radioLoss',
      for: { logNormal: { median: '8s', p95: '1m' } },
      when: { exponential: { mean: '4d' } },
    },
    {
      fault: 'slowNetwork',
      for: { exponential: { mean: '5m' } },
      times: 8,
      when: {
        exponential: {
          mean: '12h',
          hourly: [1, 1, 1, 1, 1, 1, 2, 4, 4, 3, 3, 3, 4, 4, 3, 3, 4, 6, 8, 10, 10, 8, 4, 2],
        },
      },
    },
    {
      fault: 'blackHole',
      for: { logNormal: { median: '1m', p95: '10m' } },
      when: { exponential: { mean: '20d' } },
    },
    { fault: 'crash', when: { exponential: { mean: '60d' } } },
  ],
};
