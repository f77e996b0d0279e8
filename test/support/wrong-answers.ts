import { deviceSample } from '../../src/resources/device/schema.ts';
import { factorSample } from '../../src/resources/factor/schema.ts';
import { groupSample } from '../../src/resources/group/schema.ts';
import { groupRuleSample } from '../../src/resources/group-rule/schema.ts';
import { logEventSample } from '../../src/resources/log/log-event.ts';
import { userSample } from '../../src/resources/user/schema.ts';
import { FIXTURE_ORG } from './fixture.ts';

/** An answer as a transport gives it. */
export interface Given {
  status: number;
  headers: Record<string, string>;
  text: string;
}

const as = (status: number, type: string | undefined, text: string): Given => ({
  status,
  headers: type === undefined ? {} : { 'content-type': type },
  text,
});
export const jsonAnswer = (body: unknown, status = 200): Given =>
  as(status, 'application/json', JSON.stringify(body));
const raw = (text: string, status = 200) => as(status, 'application/json', text);

/** Okta's body of an internal error, which some proxies send on with a 200. */
export const OKTA_ERROR = {
  errorCode: 'E0000009',
  errorSummary: 'Internal Server Error',
  errorLink: 'E0000009',
  errorId: 'oaeX',
  errorCauses: [],
};

const nested = (depth: number) => `${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`;

/** Every member of an object that Okta may send, with null in it, or with what is of another type. */
const NAMES = [
  ...['id', 'status', 'type', 'profile', 'credentials', 'name', 'label', 'uuid', 'published', 'eventType'],
  ...['definitions', 'events', 'channel', 'verificationStatus', '_links', 'pipeline', 'companyName'],
  ...['access_token', 'token_type', 'expires_in', 'scope', 'errorCode', 'error'],
];
const filled = (value: unknown) => Object.fromEntries(NAMES.map((name) => [name, value]));
const hollow = {
  ...{ id: '00u1abcdefghijklmnop', status: 'ACTIVE', name: 'x', label: 'x', verificationStatus: 'VERIFIED' },
  ...{ profile: null, _links: { next: null, schema: null }, events: { items: null } },
  ...{ channel: { config: null }, definitions: { base: null, custom: { properties: { a: null } } } },
};

/** What answers that are no answers look like: the same for every operation. */
export const WRONG_ANSWERS: Record<string, Given> = {
  'an Okta error in a 200': jsonAnswer(OKTA_ERROR),
  'an Okta error of an unknown code': jsonAnswer({ errorCode: 'E9999999', errorSummary: 'new' }),
  'an OAuth error in a 200': jsonAnswer({ error: 'server_error', error_description: 'x' }),
  null: raw('null'),
  true: raw('true'),
  'a number': raw('42'),
  'a huge number': raw('1e999'),
  text: raw('"text"'),
  'an empty list': raw('[]'),
  'an empty object': raw('{}'),
  'a list of nulls': raw('[null,null]'),
  'a list of numbers': raw('[1,2]'),
  'a list of texts': raw('["id"]'),
  'a list of lists': raw('[[],[{}]]'),
  'a list of empty objects': raw('[{}]'),
  'an object with a list': jsonAnswer({ items: [{ id: '1' }] }),
  'an object with null members': jsonAnswer(filled(null)),
  'a list of objects with null members': jsonAnswer([filled(null)]),
  'an object with numbers': jsonAnswer(filled(1)),
  'an object with lists': jsonAnswer(filled([null])),
  'a list of objects with lists': jsonAnswer([filled([null])]),
  'an object with objects': jsonAnswer(filled({})),
  'an object with huge numbers': raw(`{${NAMES.map((name) => `"${name}":1e999`).join()}}`),
  'an object that is hollow inside': jsonAnswer(hollow),
  'a list of objects that are hollow inside': jsonAnswer([hollow]),
  'a deep object': raw(nested(2_000)),
  'a deep list': raw(`[${nested(2_000)}]`),
  'nothing, 200': as(200, 'application/json', ''),
  'nothing, 204': as(204, undefined, ''),
  'nothing, 202': as(202, undefined, ''),
  'a part': jsonAnswer([{ id: '1' }], 206),
  'half a body': raw('[{"id":"00u1'),
  HTML: as(200, 'text/html', '<html><body>Sign in</body></html>'),
  'HTML that says it is JSON': raw('<html></html>'),
  'JSON that says it is text': as(200, 'text/plain', '[{"id":"1"}]'),
  'a 304': as(304, undefined, ''),
  'a redirect without an address': as(302, undefined, ''),
  'a 400 that is a list': raw('[null]', 400),
  'a 403 with odd causes': jsonAnswer(
    { errorCode: 'E0000006', errorSummary: {}, errorCauses: [null, 1, {}] },
    403,
  ),
  'a 404 with null': raw('null', 404),
  'a 429 with nothing': as(429, undefined, ''),
  'a 500 with text': raw('"x"', 500),
};

const hook = {
  ...{ id: 'who1', name: 'x', status: 'ACTIVE', verificationStatus: 'VERIFIED', events: { items: [] } },
  channel: { config: { uri: 'https://hooks.acme.test/' } },
};

/** Values of the inputs on which drop-downs depend. */
export const WITHIN: Record<string, string> = {
  userId: '00u1abcdefghijklmnop',
  policyId: '00p1abcdefghijklmnop',
};

/** A list as far as a drop-down needs it. */
const NAMED = [{ id: 'xyz1abcdefghijklmnop', name: 'One', label: 'One', type: 'PASSWORD' }];

/** What an org answers that is well, by path. */
const EVERYDAY: [RegExp, unknown][] = [
  [/^\/\.well-known\/okta-organization$/, { id: '00o1', pipeline: 'idx' }],
  [
    /^\/oauth2\/v1\/token$/,
    { access_token: 'at', token_type: 'Bearer', expires_in: 3600, scope: 'okta.users.read' },
  ],
  [/^\/governance\/api\/v2\/catalogs\/default\/entries$/, { data: NAMED }],
  [/^\/api\/v1\/iam\/roles$/, { roles: NAMED }],
  [/^\/api\/v1\/iam\/resource-sets$/, { 'resource-sets': NAMED }],
  [/^\/api\/v1\/(authorizationServers|idps|brands|trustedOrigins|api-tokens|realms)$/, NAMED],
  [/^\/api\/v1\/policies(\/[^/]+\/rules)?$/, NAMED],
  [/\/roles$/, [{ type: 'SUPER_ADMIN' }]],
  [/^\/api\/v1\/org$/, { companyName: 'Acme' }],
  [/^\/api\/v1\/logs$/, [logEventSample]],
  [/^\/api\/v1\/zones$/, []],
  [/^\/api\/v1\/meta\/types\/user$/, [{ id: 'oty1', _links: { schema: { href: `${FIXTURE_ORG}/x/osc1` } } }]],
  [/\/linkedObjects$/, [{ primary: { name: 'manager' }, associated: { name: 'subordinate' } }]],
  [
    /^\/api\/v1\/meta\/schemas\//,
    { definitions: { base: { properties: { login: { type: 'string', title: 'Login' } } } } },
  ],
  [/^\/api\/v1\/eventHooks$/, hook],
  [/^\/api\/v1\/eventHooks\//, hook],
  [/^\/api\/v1\/apps$/, [{ id: '0oa1', label: 'Nightly sync' }]],
  [/^\/api\/v1\/apps\/[^/]+\/(users|groups)$/, [userSample]],
  [/^\/api\/v1\/groups\/[^/]+\/users$|^\/api\/v1\/users$/, [userSample]],
  [/^\/api\/v1\/users\/[^/]+\/groups$|^\/api\/v1\/groups$/, [groupSample]],
  [/^\/api\/v1\/users\/[^/]+\/factors$/, [factorSample]],
  [/^\/api\/v1\/devices$/, [deviceSample]],
  [/^\/api\/v1\/users\/[^/]+$/, userSample],
  [/^\/api\/v1\/groups\/rules$/, [groupRuleSample]],
  [/^\/api\/v1\/groups\/[^/]+$/, groupSample],
];

/** A request as far as it counts here. */
interface Asked {
  method: string;
  url: string;
}

/** Requests that are the same for this purpose. */
export const nameOf = ({ method, url }: Asked): string => `${method} ${new URL(url).pathname}`;

/** The answer of an org that is well. */
export function everyday({ method, url }: Asked): Given {
  const { pathname } = new URL(url);
  if (method === 'GET' && pathname === '/api/v1/eventHooks') return jsonAnswer([]);
  const found = EVERYDAY.find(([path]) => path.test(pathname));
  return found ? jsonAnswer(found[1]) : { status: 204, headers: {}, text: '' };
}
