import { createNoopMeter, type Meter, metrics } from '@opentelemetry/api';
import { VERSION } from '../version.ts';

/** The meter of the SDK that the application has registered; without one, a meter that does nothing. What measured, in the words of
 * OpenTelemetry, is `urchestra` in this version. */
export function globalMeter(): Meter {
  return metrics.getMeter('urchestra', VERSION);
}

/** False when nobody will ever see what is measured. */
export function isMeasuring(meter: Meter): boolean {
  return meter !== createNoopMeter();
}
