import type { Counter, Gauge, Histogram, Meter, ObservableGauge } from '@opentelemetry/api';
import { COUNTERS, GAUGES, HISTOGRAMS, type InstrumentRow, OBSERVABLE_GAUGES } from './instruments.ts';

type Made<Table, Instrument> = { readonly [Key in keyof Table]: Instrument };

export interface Instruments {
  readonly counters: Made<typeof COUNTERS, Counter>;
  readonly histograms: Made<typeof HISTOGRAMS, Histogram>;
  readonly gauges: Made<typeof GAUGES, Gauge>;
  readonly observables: Made<typeof OBSERVABLE_GAUGES, ObservableGauge>;
}

function made<Table extends Readonly<Record<string, InstrumentRow>>, Instrument>(
  table: Table,
  make: (row: InstrumentRow) => Instrument,
): Made<Table, Instrument> {
  const entries = Object.entries(table).map(([key, row]) => [key, make(row)]);
  return Object.fromEntries(entries) as Made<Table, Instrument>;
}

/** The instruments of the table, of a meter. */
export function makeInstruments(meter: Meter): Instruments {
  return {
    counters: made(COUNTERS, ({ name, unit, description }) =>
      meter.createCounter(name, { unit, description }),
    ),
    histograms: made(HISTOGRAMS, ({ name, unit, description, boundaries = [] }) =>
      meter.createHistogram(name, {
        ...{ unit, description },
        advice: { explicitBucketBoundaries: [...boundaries] },
      }),
    ),
    gauges: made(GAUGES, ({ name, unit, description }) => meter.createGauge(name, { unit, description })),
    observables: made(OBSERVABLE_GAUGES, ({ name, unit, description }) =>
      meter.createObservableGauge(name, { unit, description }),
    ),
  };
}
