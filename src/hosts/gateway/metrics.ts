import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Client } from '../../client.ts';

/** What Prometheus reads at `/metrics`. */
export interface GatewayMetrics {
  /** The further metrics of other parts are registered here. */
  registry: Registry;
  /** Counts an answered request. */
  answered(request: { operation: string; status: number; seconds: number }): void;
  /** Counts what became of posting an item of a subscription. */
  delivered(trigger: string, outcome: 'accepted' | 'refused' | 'parked'): void;
}

/** Makes the metrics of one gateway; the gauges of Okta's rate limits are read from its client. */
export function gatewayMetrics(client: Pick<Client, 'budget'>): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    ...{ name: 'okta_gateway_requests_total', help: 'Requests that were answered.', registers },
    labelNames: ['operation', 'status'],
  });
  const durations = new Histogram({
    ...{ name: 'okta_gateway_request_duration_seconds', help: 'Time to the answer.', registers },
    ...{ labelNames: ['operation'], buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 150] },
  });
  const deliveries = new Counter({
    ...{ name: 'okta_gateway_deliveries_total', help: 'Items that subscriptions posted.', registers },
    labelNames: ['trigger', 'outcome'],
  });
  new Gauge({
    ...{ name: 'okta_rate_limit_remaining', help: "What is left of Okta's rate limit.", registers },
    labelNames: ['bucket'],
    collect() {
      this.reset();
      for (const { bucket, remaining } of client.budget()) this.set({ bucket }, remaining);
    },
  });
  return {
    registry,
    answered({ operation, status, seconds }) {
      requests.inc({ operation, status });
      durations.observe({ operation }, seconds);
    },
    delivered: (trigger, outcome) => deliveries.inc({ trigger, outcome }),
  };
}
