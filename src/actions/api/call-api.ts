import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { api } from '../../resources/api/resource.ts';
import { collect } from '../../resources/collect.ts';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

/** The first DELETE of a user deactivates it, the second deletes it permanently, so a retry is not safe. */
const ONE_USER = '^/api/v1/users/[^/]+/?$';
/** Members of wrapper objects that contain lists, according to Okta's API reference and its answers. */
const WRAPPED_IN = [
  ...[
    'bundles',
    'data',
    'domains',
    'email-servers',
    'entitlementHistory',
    'entitlements',
    'entitlementValues',
  ],
  ...['memberExternalIds', 'members', 'permissions', 'resource-sets', 'resources', 'roles', 'supportCases'],
  'value',
];
/** Destructive POST requests: deactivating a user, and resetting all factors of a user. */
const DESTRUCTIVE_POST = '^/api/v1/users/[^/]+/lifecycle/(deactivate|reset_factors)/?$';
const value = z.union([z.string(), z.number(), z.boolean()]);

export const callApi = defineAction({
  key: 'call_api',
  resource: api,
  title: 'Call API',
  description:
    "Calls any API path of the org, with the connection's authentication, rate limits, paging and error handling.",
  docsUrl: 'https://developer.okta.com/docs/api/',
  scopes: [],
  effect: { kind: 'write', idempotent: false, destructive: true },
  effectWhen: [
    {
      when: { method: { is: ['GET', 'HEAD'] } },
      effect: { kind: 'read', idempotent: true, destructive: false },
    },
    { when: { method: { is: ['PUT'] } }, effect: { idempotent: true } },
    { when: { method: { is: ['DELETE'] }, path: { matchesNot: ONE_USER } }, effect: { idempotent: true } },
    // A PUT without a body (adding a member, assigning a role) replaces nothing.
    { when: { method: { is: ['PUT'] }, body: { absent: true } }, effect: { destructive: false } },
    {
      when: { method: { is: ['POST'] }, path: { matchesNot: DESTRUCTIVE_POST } },
      effect: { destructive: false },
    },
    { when: { method: { is: ['PATCH'] } }, effect: { destructive: false } },
  ],
  input: z.strictObject({
    method: field(
      labelled(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']), {
        GET: 'GET',
        HEAD: 'HEAD',
        POST: 'POST',
        PUT: 'PUT',
        PATCH: 'PATCH',
        DELETE: 'DELETE',
      }).default('GET'),
      'Method',
      'HTTP method.',
      'GET',
    ),
    path: field(
      z
        .string()
        .max(2_000)
        .regex(
          /^\/(?!\/)[^\\?#;\s]*$/,
          'must begin with a single / and not contain \\ ? # ; or spaces: parameters belong in query',
        )
        .refine(
          (path) => !/(^|\/)\.{1,2}(\/|$)|%2e|%2f|%5c/i.test(path),
          'must not contain . or .. segments, encoded dots or encoded slashes',
        ),
      'Path',
      'Path without host and query.',
      '/api/v1/zones',
    ),
    query: field(
      z.record(z.string(), z.union([value, z.array(value)])).optional(),
      'Query',
      'Query parameters; for a list, the parameter is repeated.',
      { limit: 20 },
    ),
    body: field(z.unknown().optional(), 'Body', 'JSON body of a write.', { name: 'Office' }),
    headers: field(
      z
        .record(
          z
            .string()
            .regex(
              /^(Accept|If-Match|If-None-Match|Prefer|Okta-Version)$/,
              'only Accept, If-Match, If-None-Match, Prefer and Okta-Version can be set',
            ),
          z.string(),
        )
        .optional(),
      'Headers',
      'Additional request headers; authentication is added automatically.',
      { Prefer: 'respond-async' },
    ),
    allPages: field(
      z.boolean().default(false),
      'All pages',
      'For lists: follow the next links to the end; body is then the whole list.',
      true,
    ),
    limit: field(
      z.int().min(1).optional(),
      'Limit',
      'For lists: follow the next links until this many items have been read.',
      500,
    ),
    listMember: field(
      z.string().min(1).optional(),
      'List member',
      'For lists that Okta wraps in an object: the member that contains the list. Common names (value, roles, data) are recognised.',
      'resource-sets',
    ),
  }),
  output: z.looseObject({
    status: field(z.int(), 'Status', 'HTTP status of the (last) response.', 200),
    body: field(
      z.unknown().optional(),
      'Body',
      'Parsed JSON, or the text of any other content type; absent if empty.',
      [],
    ),
  }),
  calls: 'any',
  async run(context, { method, path, query, body, headers, allPages, limit, listMember }) {
    const listIn = listMember === undefined ? WRAPPED_IN : [listMember];
    const call = { method, path, query, body, headers, listIn };
    if (method === 'GET' && (allPages || limit !== undefined)) {
      return {
        status: 200,
        body: await collect(context.list(call, limit)),
      };
    }
    const { status, json, text } = await context.call(call);
    return { status, body: json === undefined ? text || undefined : json };
  },
  sample: {
    input: { method: 'GET', path: '/api/v1/zones', query: { limit: 20 } },
    output: { status: 200, body: [] },
  },
});
