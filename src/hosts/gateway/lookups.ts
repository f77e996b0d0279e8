import { Hono } from 'hono';
import { eventTypeSchema, hostFields } from '../index.ts';
import { assertMayUse } from './access.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { attributesSchema } from './describe/attributes-schema.ts';
import { GatewayError } from './errors.ts';
import { untilGone } from './gone.ts';
import { mayUse } from './grants.ts';

/** What forms need: the choices of a drop-down, the attributes of a resource, the schema of an operation. */
export function gatewayLookupRoutes({ client, manifest }: GatewayDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const operations = [...manifest.actions, ...manifest.triggers];

  app.get('/options/:list', async (c) => {
    const list = c.req.param('list');
    const { search, cursor, ...within } = c.req.query();
    const users = operations.filter(({ options }) => Object.values(options).includes(list));
    if (users.length > 0 && !users.some((one) => mayUse(c.get('key'), one))) {
      throw notAllowed(c.get('key').name, `the options ${list}`);
    }
    return c.json(await client.options(list, { search, cursor, within }, { signal: untilGone(c) }));
  });

  app.get('/fields/:resource', async (c) => {
    const resource = c.req.param('resource');
    const users = manifest.actions.filter(({ attributes }) =>
      Object.values(attributes).some((one) => one.resource === resource),
    );
    if (users.length > 0 && !users.some((one) => mayUse(c.get('key'), one))) {
      throw notAllowed(c.get('key').name, `the fields of ${resource}`);
    }
    const fields = await client.fields(c.req.query('type') || undefined, { resource });
    const known = fields ?? [];
    return c.json({ fields: known, known: fields !== undefined, schema: attributesSchema(known) });
  });

  app.get('/schema/:operation', (c) => {
    const key = c.req.param('operation');
    const operation = operations.find((one) => one.key === key);
    if (!operation) throw new GatewayError(404, 'not_found', `There is no operation ${key}`);
    c.set('operation', key);
    assertMayUse(c, operation);
    return c.json({ ...operation, fields: hostFields(operation) });
  });

  app.get('/event-types/:type', (c) => c.json(eventTypeSchema(c.req.param('type'))));
  return app;
}

const notAllowed = (name: string, what: string): GatewayError =>
  new GatewayError(403, 'not_allowed', `The key ${name} may not read ${what}`, {
    hint: 'Use a key for an operation that needs them.',
  });
