import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { within } from '../http/within.ts';
import type { FleetCounts } from './counts.ts';
import type { PollObserver } from './observer.ts';

/** What Prometheus reads of a worker. */
export interface FleetMetrics extends PollObserver {
  /** The text at `/metrics`, and its content type. */
  read(): Promise<{ text: string; contentType: string }>;
}

/** Within which Redis has to answer: Prometheus waits for ten seconds. */
const PATIENCE_MS = 2_000;

/**
 * The metrics of one worker. Each worker tells the same of the fleet as a whole: take the maximum over workers, not the sum.
 * @param counts asked once for each reading.
 * @param ready triggers that this worker keeps ready.
 */
export function fleetMetrics(counts: () => Promise<FleetCounts>, ready: () => number): FleetMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const polls = new Counter({
    ...{ name: 'okta_fleet_polls_total', help: 'Runs of triggers, by how they ended.', registers },
    labelNames: ['outcome'],
  });
  const items = new Counter({ name: 'okta_fleet_items_total', help: 'Items that sinks took.', registers });
  const aside = new Counter({
    ...{ name: 'okta_fleet_set_aside_total', help: 'Items that a sink refused for good.', registers },
  });
  const errors = new Counter({
    ...{ name: 'okta_fleet_errors_total', help: 'Runs that failed, by code of the error.', registers },
    labelNames: ['code'],
  });
  const lag = new Histogram({
    ...{ name: 'okta_fleet_lag_seconds', help: 'Start of a run after its due time.', registers },
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900],
  });
  const durations = new Histogram({
    ...{ name: 'okta_fleet_poll_duration_seconds', help: 'Time that a run took.', registers },
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });
  const requests = new Counter({
    ...{ name: 'okta_fleet_requests_total', help: 'Requests to Okta, by status.', registers },
    labelNames: ['status'],
  });
  const budget = new Histogram({
    name: 'okta_fleet_budget_used_ratio',
    help: 'Used part of the rate limit of an org, all users together, at the end of each run.',
    ...{ registers, buckets: [0.05, 0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 1] },
  });
  new Gauge({
    ...{ name: 'okta_fleet_ready', help: 'Triggers that this worker keeps ready.', registers },
    collect() {
      this.set(ready());
    },
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const triggers = new Gauge({
    ...{ name: 'okta_fleet_triggers', help: 'Triggers of the fleet, by state.', registers },
    labelNames: ['state'],
  });
  const jobs = new Gauge({
    ...{ name: 'okta_fleet_jobs', help: 'Jobs of the fleet, by state.', registers },
    labelNames: ['state'],
  });
  const connections = gauge('okta_fleet_connections', 'Connections of the fleet.');
  const workers = gauge('okta_fleet_workers', 'Processes that poll.');
  const redisUp = gauge(
    'okta_fleet_redis_up',
    'Whether Redis answers: 1 or 0. Without it, nothing is told of the fleet.',
  );
  function tellFleet(found: FleetCounts | undefined): void {
    for (const told of [triggers, jobs]) told.reset();
    for (const told of [connections, workers]) told.remove();
    if (!found) return;
    for (const state of ['active', 'parked', 'paused'] as const) triggers.set({ state }, found[state]);
    for (const state of ['delayed', 'waiting', 'running'] as const) jobs.set({ state }, found[state]);
    connections.set(found.connections);
    workers.set(found.workers);
  }

  return {
    ran({ outcome, seconds, lagSeconds, items: delivered }) {
      polls.inc({ outcome });
      if (outcome === 'put_off') return;
      if (outcome === 'synced') return;
      if (lagSeconds !== undefined) lag.observe(lagSeconds);
      durations.observe(seconds);
      if (delivered > 0) items.inc(delivered);
    },
    setAside: () => aside.inc(),
    failed: (code) => errors.inc({ code }),
    requested: ({ status = 0 }) => requests.inc({ status }),
    budgeted: (ratio) => budget.observe(ratio),
    async read() {
      let found: FleetCounts | undefined;
      const counting = counts().then((counted) => {
        found = counted;
      });
      redisUp.set((await within(counting, PATIENCE_MS).catch(() => false)) ? 1 : 0);
      tellFleet(found);
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}
