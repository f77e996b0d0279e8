import { type Context, Hono, type Next } from 'hono';
import { z } from 'zod';
import type { OrgClock } from './clock.ts';
import { factorCodes } from './factors/codes.ts';
import { type Faults, faultRequestSchema } from './faults.ts';
import { revokeOrgToken } from './oauth/token-events.ts';
import { putObject } from './objects.ts';
import type { Org } from './org.ts';
import { peopleControl } from './people.ts';
import { provisioningControl } from './provisioning/push/control.ts';
import type { RateLimits } from './rate-limit.ts';
import type { RequestLog } from './requests.ts';
import { endpoints } from './router.ts';
import { issueSessionToken } from './sessions/sessions.ts';
import { changeSettings } from './settings.ts';
import { signalControl } from './signals/control.ts';
import { appendEvents, eventsSchema } from './system-log/append.ts';
import { isThisMachine } from './this-machine.ts';
import { truthOf } from './truth.ts';
import { signIn, signInUnknown } from './users/sign-in.ts';
import { blockedBy } from './users/threats.ts';
import { withBody } from './with-body.ts';

const clockSchema = z.union([
  z.strictObject({ advanceMs: z.number() }),
  z.strictObject({ nowMs: z.number() }),
]);
const limitsSchema = z.record(z.string(), z.int().min(0));
const settingsSchema = z.record(z.string(), z.unknown());
const signInSchema = z.strictObject({
  userId: z.string().optional(),
  login: z.string().optional(),
  ipAddress: z.string().default('203.0.113.9'),
  outcome: z.enum(['SUCCESS', 'FAILURE']).default('SUCCESS'),
});
const revokeSchema = z.strictObject({
  token: z.string().optional(),
  apiToken: z.boolean().optional(),
  refreshTokens: z.boolean().optional(),
});

const objectSchema = z.strictObject({ path: z.string(), body: z.record(z.string(), z.unknown()) });

/** The path below which the control routes are. */
export const controlPath = '/__sandbox__';

/** The parts of a sandbox that the control routes change. A reset replaces `org` and `limits`. */
interface Controlled {
  readonly clock: OrgClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly org: Org;
  readonly limits: RateLimits;
  reset(options?: { keepTokens?: boolean }): void;
}

/**
 * The control routes for tests: faults, limits, clock, events, sign-ins, people, factors, hooks, provisioning, signals, requests, settings, tokens,
 * objects, truth, reset.
 */
export function createControl(runtime: Controlled): Hono {
  const control = new Hono({ strict: false }).basePath(controlPath);
  control.use(refuseForeign);

  control.get('/', (c) => c.json(routes(control)));

  control.get('/faults', (c) => c.json(runtime.faults.planned));
  control.post('/faults', (c) =>
    withBody(c, faultRequestSchema, (request) => c.json({ id: runtime.faults.add(request) })),
  );
  control.delete('/faults', (c) => {
    runtime.faults.clear();
    return c.body(null, 204);
  });

  control.get('/limits', (c) => c.json(runtime.limits.describe()));
  control.put('/limits', (c) =>
    withBody(c, limitsSchema, (limits) => {
      const unknown = runtime.limits.set(limits);
      return unknown ? refuse(c, `${unknown} is not a bucket`) : c.json(runtime.limits.describe());
    }),
  );

  control.get('/clock', (c) => c.json(time(runtime)));
  control.post('/clock', (c) =>
    withBody(c, clockSchema, (move) => {
      if ('advanceMs' in move) runtime.clock.advance(move.advanceMs);
      else runtime.clock.set(move.nowMs);
      runtime.org.settle();
      return c.json(time(runtime));
    }),
  );

  control.post('/events', (c) =>
    withBody(c, eventsSchema, (events) => {
      const appended = appendEvents(runtime.org, events);
      return typeof appended === 'string' ? refuse(c, appended) : c.json(appended);
    }),
  );

  control.post('/sign-in', (c) =>
    withBody(c, signInSchema, (attempt) => {
      const result = attemptSignIn(runtime.org, attempt);
      return typeof result === 'string' ? refuse(c, result) : c.json(result);
    }),
  );

  control.route('/people', peopleControl(runtime));

  control.get('/factors', (c) => c.json(factorCodes(runtime.org)));

  control.get('/hooks', (c) => c.json(runtime.org.deliveries.describe()));
  control.post('/hooks/flush', async (c) => {
    const { deliveries } = runtime.org;
    await deliveries.flush();
    return c.json(deliveries.describe());
  });

  control.route('/provisioning', provisioningControl(runtime));
  control.route('/signals', signalControl(runtime));

  control.get('/requests', (c) => {
    const requests = runtime.requests.find(c.req.query('method'), c.req.query('path'));
    return c.json({ requests, maxInFlight: runtime.requests.maxInFlight });
  });
  control.delete('/requests', (c) => {
    runtime.requests.clear();
    return c.body(null, 204);
  });

  control.get('/settings', (c) => c.json(runtime.org.settings));
  control.put('/settings', (c) =>
    withBody(c, settingsSchema, (changes) => {
      const settings = changeSettings(runtime.org.settings, changes);
      if (typeof settings === 'string') return refuse(c, settings);
      runtime.org.settings = settings;
      return c.json(settings);
    }),
  );

  control.post('/tokens/revoke', (c) =>
    withBody(c, revokeSchema, ({ token, apiToken, refreshTokens }) => {
      const { tokens } = runtime.org;
      if (apiToken) revokeOrgToken(runtime.org);
      if (refreshTokens) tokens.revokeAllRefresh();
      if (token !== undefined) tokens.revoke(token);
      if (!apiToken && !refreshTokens && token === undefined) tokens.revokeAllAccess();
      return c.body(null, 204);
    }),
  );

  control.get('/truth', (c) => c.json(truthOf(runtime.org)));
  control.put('/objects', (c) =>
    withBody(c, objectSchema, ({ path, body }) => {
      const problem = putObject(runtime.org, path, body);
      return problem === undefined ? c.json({ path }) : refuse(c, problem);
    }),
  );

  control.post('/reset', (c) => {
    runtime.reset({ keepTokens: c.req.query('keepTokens') === 'true' });
    return c.body(null, 204);
  });

  control.notFound((c) => c.json({ error: `no such control; GET ${controlPath}/ lists them` }, 404));
  return control;
}

/**
 * Refuses what comes from a web page: control routes need no credentials, and a browser would carry any page's requests to this
 * machine, as a cross-site form (seen by its Origin) or after DNS rebinding (seen by its Host).
 */
async function refuseForeign(c: Context, next: Next): Promise<Response | undefined> {
  const { host, hostname } = new URL(c.req.url);
  const origin = c.req.header('origin');
  if (!isThisMachine(hostname))
    return c.json({ error: `the host ${hostname} is not this machine; use 127.0.0.1 or localhost` }, 403);
  if (origin !== undefined && origin !== `http://${host}`)
    return c.json({ error: `requests of pages of another origin are refused (${origin})` }, 403);
  await next();
  return undefined;
}

/** Everything the sandbox serves: the endpoints of the org and the control routes. */
function routes(control: Hono) {
  return {
    endpoints: endpoints.map(({ method, path, scope }) => ({
      method,
      path: path.replaceAll(/:(\w+)/g, '{$1}'),
      scope,
    })),
    control: control.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => ({ method, path })),
  };
}

function attemptSignIn(org: Org, { userId, login, ipAddress, outcome }: z.infer<typeof signInSchema>) {
  const fields = {
    client: { ipAddress, zone: 'OFF_NETWORK', device: 'Computer' },
    debugContext: { debugData: { requestUri: '/idp/idx/identify' } },
  };
  const blocked = blockedBy(org, fields);
  if (blocked) return { uuid: blocked.uuid, outcome: 'FAILURE', status: null };
  const user = userId === undefined ? org.users.byLogin(login ?? '') : org.users.get(userId);
  if (!user) {
    if (login === undefined)
      return userId === undefined ? 'userId or login is expected' : `there is no user ${userId}`;
    const event = signInUnknown(org, login, fields);
    return { uuid: event.uuid, outcome: 'FAILURE', status: null };
  }
  const { event, failure } = signIn(org, user, { right: outcome === 'SUCCESS', fields });
  return {
    uuid: event.uuid,
    outcome: failure ? 'FAILURE' : 'SUCCESS',
    status: org.users.get(user.id)?.status,
    ...(failure ? {} : { sessionToken: issueSessionToken(org, user.id) }),
  };
}

function refuse(c: Context, error: string): Response {
  return c.json({ error }, 400);
}

function time({ clock }: Controlled) {
  return { nowMs: clock.now(), now: new Date(clock.now()).toISOString() };
}
