import type { ScenarioProfile } from '../profile.ts';

/** An operator who works at night. */
export const nightlyMaintenance: ScenarioProfile = {
  format: 1,
  name: 'nightly-maintenance',
  description: 'an operator who works at night: outages by the clock, a session limit of a day, a quiet rest',
  standsFor:
    'A good network whose operator takes cells and core down between 2 and 5, ends each session after 24 hours, and a service that restarts its server every night. Assumed numbers, not measured ones.',
  network: { latency: { logNormal: { median: '50ms', p95: '150ms' } } },
  processes: [
    { fault: 'natTimeout', idle: '1h', when: { once: { at: '0s' } } },
    {
      fault: 'radioLoss',
      for: { uniform: { from: '2m', to: '30m' } },
      when: { daily: { at: '03:00', jitter: '15m', probability: 0.7 } },
    },
    {
      fault: 'blackHole',
      for: { uniform: { from: '1m', to: '15m' } },
      when: { daily: { at: '02:00', jitter: '10m', probability: 0.4 } },
    },
    {
      fault: 'slowNetwork',
      for: '1h',
      times: 10,
      when: { daily: { at: '04:00', jitter: '5m', probability: 0.5 } },
    },
    { fault: 'peerClose', when: { daily: { at: '04:30', jitter: '1m' } } },
    { fault: 'pdpdeact', when: { fixed: { every: '24h', offset: '6h' } } },
    { fault: 'radioLoss', for: '20s', when: { exponential: { mean: '10d' } } },
  ],
};
