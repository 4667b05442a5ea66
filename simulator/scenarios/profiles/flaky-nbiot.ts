import type { ScenarioProfile } from '../profile.ts';

/** A meter in a cellar. */
export const flakyNbiot: ScenarioProfile = {
  format: 1,
  name: 'flaky-nbiot',
  description:
    'a narrow-band meter in a cellar: seconds of latency, long losses, impatient address translation',
  standsFor:
    'A meter below ground in extended coverage: repetitions make every byte slow, registration takes half a minute, connections are forgotten after two idle minutes, the core loses the bearer without a word. Assumed numbers, not measured ones.',
  network: { latency: { logNormal: { median: '1500ms', p95: '8s' } }, redrawEvery: '5m' },
  timing: { registration: '30s', activate: '5s', open: '500ms' },
  processes: [
    { fault: 'natTimeout', idle: '2m', when: { once: { at: '0s' } } },
    {
      fault: 'radioLoss',
      for: { logNormal: { median: '40s', p95: '10m' } },
      when: { exponential: { mean: '6h' } },
    },
    {
      fault: 'blackHole',
      for: { logNormal: { median: '1m', p95: '15m' } },
      when: { exponential: { mean: '10h' } },
    },
    {
      fault: 'blackHole',
      for: '2h',
      endsWithRestart: true,
      when: { exponential: { mean: '10d' } },
    },
    {
      fault: 'slowNetwork',
      for: { exponential: { mean: '20m' } },
      times: 2,
      plus: { uniform: { from: '1s', to: '10s' } },
      when: { exponential: { mean: '4h' } },
    },
    { fault: 'pdpdeact', when: { exponential: { mean: '1d' } } },
    { fault: 'hang', for: { exponential: { mean: '3m' } }, when: { exponential: { mean: '7d' } } },
    { fault: 'crash', when: { exponential: { mean: '14d' } } },
  ],
};
