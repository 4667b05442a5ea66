/** An SDK in memory, and what it has been told. */
import type { Attributes, Meter } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type Histogram,
  InstrumentType,
  MeterProvider,
  type MetricData,
  MetricReader,
} from '@opentelemetry/sdk-metrics';

/** An observable gauge that is not observed any more must be seen to be gone: cumulative readers of this SDK repeat it. */
class PulledReader extends MetricReader {
  constructor() {
    super({
      aggregationTemporalitySelector: (type) =>
        type === InstrumentType.OBSERVABLE_GAUGE
          ? AggregationTemporality.DELTA
          : AggregationTemporality.CUMULATIVE,
    });
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

interface Reading<Value = number> {
  readonly attributes: Attributes;
  readonly value: Value;
}

export interface Readings {
  readonly provider: MeterProvider;
  readonly meter: Meter;
  /** Everything that a collection gives now. */
  readonly metrics: () => Promise<readonly MetricData[]>;
  /** The sum of an instrument over the series that have these attributes; 0 when there is none. */
  readonly total: (name: string, attributes?: Attributes) => Promise<number>;
  /** The series of an instrument, without the attributes that all have. */
  readonly series: (name: string) => Promise<readonly Reading[]>;
  /** Count and sum of a histogram, over the series that have these attributes. */
  readonly times: (name: string, attributes?: Attributes) => Promise<{ count: number; sum: number }>;
}

const has = (wanted: Attributes, given: Attributes): boolean =>
  Object.entries(wanted).every(([key, value]) => given[key] === value);

export function readings(): Readings {
  const reader = new PulledReader();
  const provider = new MeterProvider({ readers: [reader] });
  const metrics = async (): Promise<readonly MetricData[]> => {
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  };
  const points = async <Value>(name: string): Promise<Reading<Value>[]> => {
    const metric = (await metrics()).find(({ descriptor }) => descriptor.name === name);
    return (metric?.dataPoints ?? []) as unknown as Reading<Value>[];
  };
  return {
    provider,
    meter: provider.getMeter('test'),
    metrics,
    total: async (name, wanted = {}) =>
      (await points<number>(name))
        .filter(({ attributes }) => has(wanted, attributes))
        .reduce((sum, { value }) => sum + value, 0),
    series: async (name) =>
      (await points<number>(name)).map(({ attributes, value }) => {
        const { 'urchestra.port': _, 'urchestra.dialect': __, ...own } = attributes;
        return { attributes: own, value };
      }),
    times: async (name, wanted = {}) =>
      (await points<Histogram>(name))
        .filter(({ attributes }) => has(wanted, attributes))
        .reduce((all, { value }) => ({ count: all.count + value.count, sum: all.sum + (value.sum ?? 0) }), {
          count: 0,
          sum: 0,
        }),
  };
}
