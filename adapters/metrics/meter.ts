import { createNoopMeter, type Meter, metrics } from '@opentelemetry/api';

/** As in package.json: what measured, in the words of OpenTelemetry, is `urchestra` in this version. */
const VERSION = '0.1.0';

/** The meter of the SDK that the application has registered; without one, a meter that does nothing. */
export function globalMeter(): Meter {
  return metrics.getMeter('urchestra', VERSION);
}

/** False when nobody will ever see what is measured. */
export function isMeasuring(meter: Meter): boolean {
  return meter !== createNoopMeter();
}
