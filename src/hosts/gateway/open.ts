import type { Client } from '../../client.ts';
import { systemClock } from '../../http/clock.ts';
import { within } from '../../http/within.ts';
import { manifest } from '../../manifest/manifest.ts';
import { gatewayApp } from './app.ts';
import type { GatewayDeps } from './deps.ts';
import { errorAnswer } from './errors.ts';
import { keptAnswers } from './idempotency.ts';
import { gatewayKeys } from './keys.ts';
import { gatewayMetrics } from './metrics.ts';
import { openGatewayState } from './state.ts';
import { openSubscriber } from './subscriber.ts';

/** How long requests have that are still under way when the gateway closes. */
const CLOSE_MS = 10_000;

/** A gateway to one org, as a function from Request to Response. */
export interface Gateway {
  fetch(request: Request): Promise<Response>;
  /** Waits for the requests under way, then closes the state. */
  close(): Promise<void>;
}

/** How a gateway is opened; what is left out has a default. */
export type GatewayOptions = { client: Client; state: string } & Partial<
  Pick<
    GatewayDeps,
    'log' | 'logPersonalData' | 'clock' | 'readOnly' | 'publicUrl' | 'notice' | 'allowPrivateTargets'
  >
>;

/** Opens a gateway. @throws as `openGatewayState`. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { client, clock = systemClock, notice = () => {} } = options;
  const state = await openGatewayState(options.state);
  const stop = new AbortController();
  const running = new Set<Promise<Response>>();
  const shared = {
    ...{ client, clock, state, manifest: manifest(), stopping: stop.signal },
    answers: keptAnswers(state, { clock, notice }),
    ...{ keys: gatewayKeys(state, clock), metrics: gatewayMetrics(client) },
    notice,
    allowPrivateTargets: options.allowPrivateTargets ?? false,
  };
  const subscriber = openSubscriber(shared);
  const app = gatewayApp({
    ...shared,
    subscriber,
    log: options.log ?? (() => {}),
    logPersonalData: options.logPersonalData ?? false,
    readOnly: options.readOnly ?? false,
    publicUrl: options.publicUrl,
  });
  /** What is thrown, and is no Error, passes by the handler of the app. */
  const unexpected = (error: unknown) => {
    const { status, headers, body } = errorAnswer(error);
    return Response.json(body, { status, headers });
  };
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    stop.abort();
    // A write under way may still be noted down; one that takes longer is known as begun.
    await within(Promise.allSettled(running), CLOSE_MS, clock);
    await subscriber.close();
    state.close();
  }
  return {
    async fetch(request) {
      const answer = Promise.resolve(app.fetch(request)).catch(unexpected);
      running.add(answer);
      try {
        return await answer;
      } finally {
        running.delete(answer);
      }
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
