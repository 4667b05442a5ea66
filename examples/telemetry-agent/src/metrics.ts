import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** What the agent itself has to tell; the modem's own measurements come beside it. */
export interface AgentNumbers {
  readonly storedReadings: () => number;
  readonly lastPubackAgeMs: () => number | undefined;
}

/** Measurements of the agent and of the modem, as Prometheus reads them. */
export class Metrics {
  readonly #exporter = new PrometheusExporter({ preventServerStart: true }); // our server has /health too
  readonly #provider = new MeterProvider({ readers: [this.#exporter] });

  /** For `createModem`. */
  get modemMeter(): Meter {
    return this.#provider.getMeter('urchestra');
  }

  observe({ storedReadings, lastPubackAgeMs }: AgentNumbers): void {
    const meter = this.#provider.getMeter('telemetry-agent');
    meter
      .createObservableGauge('agent.readings.stored', {
        description: 'Readings that the broker does not have',
      })
      .addCallback((result) => result.observe(storedReadings()));
    meter
      .createObservableGauge('agent.puback.age', { unit: 's', description: 'Time since the last PUBACK' })
      .addCallback((result) => {
        const ageMs = lastPubackAgeMs();
        if (ageMs !== undefined) result.observe(ageMs / 1000);
      });
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    this.#exporter.getMetricsRequestHandler(request, response);
  }
}
