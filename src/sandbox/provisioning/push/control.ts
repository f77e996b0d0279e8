import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../../apps/app-store.ts';
import type { Org } from '../../org.ts';
import { withBody } from '../../with-body.ts';
import { baseUrlProblem, kindOf, type PushConnection, pushesOf } from './connection.ts';
import { mappingsPath } from './reactions.ts';

const authorizationSchema = z.union([
  z.strictObject({ bearer: z.string() }),
  z.strictObject({ header: z.string() }),
  z.strictObject({ userName: z.string(), password: z.string() }),
]);
const connectionSchema = z.strictObject({
  baseUrl: z.string(),
  authorization: authorizationSchema,
  kind: z.enum(['WIZARD', 'NETWORK']).optional(),
  listForm: z.enum(['PATH', 'NO_PATH']).default('PATH'),
});
const importSchema = z.strictObject({ groups: z.boolean().default(false) });
const retrySchema = z.strictObject({ ids: z.array(z.string()).optional() });

/** What an admin does on the Provisioning and Push Groups tabs of an app, and on the list of tasks. */
export function provisioningControl(runtime: { readonly org: Org }): Hono {
  const control = new Hono();

  control.get('/', (c) => c.json(runtime.org.provisioning.queue.describe()));

  control.post('/flush', async (c) => {
    const { queue } = runtime.org.provisioning;
    await queue.flush();
    return c.json(queue.describe());
  });

  control.post('/retry', (c) =>
    withBody(c, retrySchema, ({ ids }) => c.json({ retried: runtime.org.provisioning.queue.retry(ids) })),
  );

  /** Saves the address and the credentials, which are tested first as the console does it. */
  control.put('/apps/:appId', (c) =>
    withApp(c, runtime.org, (app) =>
      withBody(c, connectionSchema, async ({ baseUrl, authorization, ...given }) => {
        const wrong = baseUrlProblem(baseUrl);
        if (wrong) return refuse(c, `baseUrl: ${wrong}`);
        const connection = {
          ...{ kind: kindOf(app), ...given, baseUrl, authorization: headerOf(authorization) },
        };
        const problem = await runtime.org.provisioning.test(app, connection);
        if (problem) return refuse(c, problem);
        app.push = connection;
        app.connection = { authScheme: 'TOKEN', status: 'ENABLED', baseUrl };
        return c.json({ appId: app.id, kind: connection.kind, baseUrl });
      }),
    ),
  );

  control.post('/apps/:appId/test', (c) =>
    withConnection(c, runtime.org, async (app, connection) => {
      const problem = await runtime.org.provisioning.test(app, connection);
      return problem ? refuse(c, problem) : c.json({ ok: true });
    }),
  );

  control.post('/apps/:appId/import', (c) =>
    withConnection(c, runtime.org, (app, connection) =>
      withBody(c, importSchema, async (options) => {
        try {
          return c.json(await runtime.org.provisioning.import(app, connection, options));
        } catch (error) {
          return refuse(c, (error as Error).message);
        }
      }),
    ),
  );

  control.post('/apps/:appId/provision', (c) =>
    withConnection(c, runtime.org, (app) => {
      runtime.org.provisioning.provision(app);
      return c.body(null, 204);
    }),
  );

  control.post('/apps/:appId/force-sync', (c) =>
    withConnection(c, runtime.org, (app) => {
      runtime.org.provisioning.forceSync(app);
      return c.body(null, 204);
    }),
  );

  control.post('/apps/:appId/groups/:mappingId/push', (c) =>
    withConnection(c, runtime.org, (app) => {
      const mapping = runtime.org.objects.get(
        mappingsPath.replace(':appId', app.id),
        c.req.param('mappingId'),
      );
      if (mapping?.body.status !== 'ACTIVE') return refuse(c, 'there is no active mapping of this id');
      runtime.org.provisioning.group(mapping);
      return c.body(null, 204);
    }),
  );

  return control;
}

type Answered = Response | Promise<Response>;

function withApp(c: Context, org: Org, act: (app: App) => Answered): Answered {
  const name = c.req.param('appId') ?? '';
  const app = org.apps.get(name) ?? [...org.apps.from()].find(({ label }) => label === name);
  return app ? act(app) : refuse(c, 'there is no app of this id or label');
}

function withConnection(
  c: Context,
  org: Org,
  act: (app: App, connection: PushConnection) => Answered,
): Answered {
  return withApp(c, org, (app) => {
    const connection = pushesOf(app);
    return connection ? act(app, connection) : refuse(c, 'provisioning of this app is off');
  });
}

function headerOf(given: z.infer<typeof authorizationSchema>): string {
  if ('bearer' in given) return `Bearer ${given.bearer}`;
  if ('header' in given) return given.header;
  return `Basic ${Buffer.from(`${given.userName}:${given.password}`).toString('base64')}`;
}

const refuse = (c: Context, error: string): Response => c.json({ error }, 400);
