import { beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { connector, triggerOf } from '../../src/connector.ts';
import { eventTypes as catalogue, isHookEligible } from '../../src/resources/event-type/catalogue.ts';
import { carriedIn } from '../../src/resources/reference.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import type { EventHook } from '../../src/triggers/hook.ts';
import { useScimRecorder } from '../sandbox/scim-recorder.ts';
import { newProfile } from '../sandbox/support.ts';
import { askByCatalog, askByType } from './access-wishes.ts';
import {
  agent,
  campaign,
  connectAgent,
  governedAccount,
  keptOut,
  refusePushes,
  scimAccount,
  usedToken,
} from './causes.ts';
import { type Item, ids, pause, take, until, useOrg, useServer } from './support.ts';

const org = useOrg();
const mount = useServer();
const scim = useScimRecorder();
/** Those about a directory, credentials, SCIM and signed events have tests of their own. */
const general = [
  ...['new_event', 'new_event_instant', 'search_events'],
  ...['directory_changed', 'new_user_onboarding', 'credential_expiring', 'signal_received'],
];
const typed = connector.triggers.filter(({ key, offline }) => !general.includes(key) && !offline);
const keys = typed.map(({ key }) => key);

let client: Client;
let state: StateStore;
beforeEach(() => {
  client = org.connect();
  state = memoryStateStore();
});

const post = async (path: string, body?: unknown) => {
  const answer = await org.post(path, body);
  expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
};
const make = async (name: string, activate = true): Promise<string> =>
  (
    await post(`/api/v1/users?activate=${activate}`, {
      profile: newProfile(name),
      credentials: { password: { value: 'Temp-83x!Quartz' } },
    })
  ).id;
const groupId = async (): Promise<string> => (await org.get('/api/v1/groups?q=Sales')).body[0].id;
const appId = async (): Promise<string> => (await org.get('/api/v1/apps?q=Company%20Wiki')).body[0].id;
const signIn = (login: string, outcome: string) => org.control('POST', '/sign-in', { login, outcome });

const isInstant = (key: string) => typed.find((one) => one.key === key)?.source.hook !== undefined;
/** Event types of a trigger that only the log has. */
const logOnlyOf = (key: string): string[] =>
  (typed.find((one) => one.key === key)?.eventTypes ?? []).filter((type) => isHookEligible(type) === false);
/** What instant use of a trigger takes. */
const instantInput = (key: string) => (logOnlyOf(key).length > 0 ? { reconcile: true } : {});

type Answer = (request: Request) => Promise<Response>;
/** Lets one path be answered, beside those before. */
const byPath =
  (name: string, others: Answer | undefined, answer: Answer): Answer =>
  async (request) =>
    new URL(request.url).pathname.endsWith(`/${name}`)
      ? answer(request)
      : ((await others?.(request)) ?? new Response(null, { status: 500 }));

interface Change {
  what: string;
  // biome-ignore lint/suspicious/noExplicitAny: each change knows what it made
  before?: () => Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  change: (made: any) => Promise<unknown>;
  fires: string[];
}

const active = () => make('ana');
const member = async () => {
  const id = await active();
  await org.put(`/api/v1/groups/${await groupId()}/users/${id}`);
  return id;
};
const assigned = async () => {
  const id = await active();
  await post(`/api/v1/apps/${await appId()}/users`, { id });
  return id;
};

const rule = async (name: string): Promise<string> =>
  (
    await post('/api/v1/groups/rules', {
      type: 'group_rule',
      name,
      conditions: { expression: { type: 'urn:okta:expression:1.0', value: 'user.department=="Sales"' } },
      actions: { assignUserToGroups: { groupIds: [await groupId()] } },
    })
  ).id;
const newApp = async (): Promise<string> =>
  (
    await post('/api/v1/apps', {
      name: 'bookmark',
      label: 'Fresh bookmark',
      signOnMode: 'BOOKMARK',
      settings: { app: { url: 'https://acme.test/', requestIntegration: false } },
    })
  ).id;
const newGroup = async (): Promise<string> => (await post('/api/v1/groups', { profile: { name: 'New' } })).id;
const newZone = async (name = 'Branch'): Promise<string> =>
  (
    await post('/api/v1/zones', {
      ...{ type: 'IP', name, usage: 'POLICY' },
      gateways: [{ type: 'CIDR', value: '198.51.100.0/24' }],
      proxies: [],
    })
  ).id;
const hookChannel = {
  ...{ type: 'HTTP', version: '1.0.0' },
  config: { uri: 'https://hooks.acme.test/in', authScheme: { type: 'HEADER', key: 'k', value: 'v' } },
};
const advance = (advanceMs: number) => org.control('POST', '/clock', { advanceMs });
const people = async (what: string, body: object) => {
  const answer = await org.control('POST', `/people/${what}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const newProvider = async (): Promise<string> =>
  (await post('/api/v1/idps', { type: 'SAML2', name: 'Partner' })).id;

/** What people, servers and attackers do in the org. */
const more: Change[] = [
  { what: 'a group', change: newGroup, fires: ['group_created'] },
  {
    what: 'the end of a group',
    before: newGroup,
    change: (id) => org.delete(`/api/v1/groups/${id}`),
    fires: ['group_deleted'],
  },
  {
    what: 'a new name of a group',
    before: newGroup,
    change: (id) => org.put(`/api/v1/groups/${id}`, { profile: { name: 'Newer' } }),
    fires: ['group_updated'],
  },
  {
    what: 'a group rule that begins to apply',
    before: () => rule('Sales people'),
    change: (id) => post(`/api/v1/groups/rules/${id}/lifecycle/activate`),
    // It finds people at once, and the group has apps.
    fires: ['app_assigned', 'group_rule_changed', 'user_added_to_group'],
  },
  { what: 'an app', change: newApp, fires: ['app_created'] },
  {
    what: 'another label of an app',
    before: newApp,
    change: (id) =>
      org.put(`/api/v1/apps/${id}`, {
        ...{ name: 'bookmark', label: 'Other bookmark', signOnMode: 'BOOKMARK' },
        settings: { app: { url: 'https://acme.test/', requestIntegration: false } },
      }),
    fires: ['app_updated'],
  },
  {
    what: 'an app that is switched off',
    before: newApp,
    change: (id) => post(`/api/v1/apps/${id}/lifecycle/deactivate`),
    fires: ['app_deactivated'],
  },
  {
    what: 'the end of an app',
    before: async () => {
      const id = await newApp();
      await post(`/api/v1/apps/${id}/lifecycle/deactivate`);
      return id;
    },
    change: (id) => org.delete(`/api/v1/apps/${id}`),
    fires: ['app_deleted'],
  },
  {
    what: 'a policy that denies an app',
    before: () => keptOut(org),
    change: (signIn) => signIn(),
    fires: ['app_access_denied'],
  },
  {
    what: 'an account that cannot be created',
    before: () => scimAccount(org, scim),
    async change({ assign, settled }) {
      refusePushes(scim);
      await assign(await active());
      await settled();
    },
    fires: ['app_assigned', 'provisioning_failed', 'user_activated', 'user_created'],
  },
  {
    what: 'an account that is created',
    before: () => scimAccount(org, scim),
    async change({ assign, settled }) {
      await assign(await active());
      await settled();
    },
    fires: ['app_assigned', 'user_activated', 'user_created'],
  },
  {
    what: 'an import that would unassign everybody',
    before: () => scimAccount(org, scim),
    change({ console }) {
      scim.users.clear();
      return console('POST', '/import');
    },
    fires: ['import_failed'],
  },
  {
    what: 'a refresh token used twice',
    before: () => usedToken(org),
    change: (refresh) => refresh(),
    fires: ['token_reuse_detected'],
  },
  {
    what: 'the last admin role taken away',
    before: async () => {
      const id = await active();
      const { id: role } = await post(`/api/v1/users/${id}/roles`, { type: 'READ_ONLY_ADMIN' });
      return `${id}/roles/${role}`;
    },
    change: (path) => org.delete(`/api/v1/users/${path}`),
    fires: ['admin_role_revoked'],
  },
  {
    what: 'an unlock',
    before: async () => {
      const id = await active();
      for (let i = 0; i < 5; i++) await signIn('ana@sandbox.example', 'FAILURE');
      return id;
    },
    change: (id) => post(`/api/v1/users/${id}/lifecycle/unlock`),
    fires: ['user_unlocked'],
  },
  {
    what: 'a new factor',
    before: active,
    change: (id) =>
      post(`/api/v1/users/${id}/factors`, {
        ...{ factorType: 'question', provider: 'OKTA' },
        profile: { question: 'disliked_food', answer: 'meatball' },
      }),
    fires: ['mfa_factor_enrolled'],
  },
  {
    what: 'the end of all sessions',
    before: active,
    change: (id) => org.delete(`/api/v1/users/${id}/sessions`),
    fires: ['sessions_cleared'],
  },
  {
    what: 'a report of a user',
    before: active,
    change: () => people('report-activity', { login: 'ana@sandbox.example' }),
    fires: ['suspicious_activity_reported'],
  },
  {
    what: 'a level of risk',
    before: active,
    change: (id) => org.put(`/api/v1/users/${id}/risk`, { riskLevel: 'HIGH' }),
    fires: ['user_risk_changed'],
  },
  {
    what: 'a password of a breach',
    async before() {
      await active();
      await org.control('PUT', '/settings', { breachedPasswords: 'Temp-83x!Quartz' });
    },
    change: () => post('/api/v1/authn', { username: 'ana@sandbox.example', password: 'Temp-83x!Quartz' }),
    fires: ['breached_credential_detected'],
  },
  {
    what: 'a logout everywhere',
    before: active,
    change: (id) => post('/oauth2/v1/global-token-revocation', { sub_id: { format: 'opaque', id } }),
    fires: ['sessions_cleared', 'universal_logout_triggered'],
  },
  {
    what: 'a policy',
    change: () => post('/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Partner apps' }),
    fires: ['policy_changed'],
  },
  { what: 'a zone', change: () => newZone(), fires: ['zone_changed'] },
  {
    what: 'an identity provider that is switched off',
    before: newProvider,
    change: (id) => post(`/api/v1/idps/${id}/lifecycle/deactivate`),
    fires: ['identity_provider_changed'],
  },
  {
    what: 'an inline hook',
    change: () =>
      post('/api/v1/inlineHooks', {
        ...{ name: 'Tokens', type: 'com.okta.oauth2.tokens.transform', version: '1.0.0' },
        channel: hookChannel,
      }),
    fires: ['hook_changed'],
  },
  {
    what: 'a custom admin role',
    change: () =>
      post('/api/v1/iam/roles', {
        ...{ label: 'Readers', description: 'They read' },
        permissions: ['okta.users.read'],
      }),
    fires: ['admin_access_changed'],
  },
  {
    what: 'a new device',
    before: active,
    change: () => people('devices', { login: 'ana@sandbox.example' }),
    fires: ['device_registered'],
  },
  {
    what: 'a device that is suspended',
    before: async () => (await org.get('/api/v1/devices?search=status%20eq%20%22ACTIVE%22')).body[0].id,
    change: (id) => post(`/api/v1/devices/${id}/lifecycle/suspend`),
    fires: ['device_status_changed'],
  },
  { what: 'a request', change: () => askByType(org), fires: ['access_request_created'] },
  {
    what: 'a decision',
    before: () => askByCatalog(org),
    change: () => advance(2_000),
    fires: ['access_request_decided'],
  },
  {
    what: 'an old request',
    async before() {
      await org.control('PUT', '/settings', { requestLifetimeMs: 60_000 });
      await askByCatalog(org, { hasApprovers: true });
      await advance(2_000);
    },
    change: () => advance(60_000),
    fires: ['access_request_expired'],
  },
  {
    what: 'the end of a campaign',
    async before() {
      await member();
      return campaign(org, await groupId());
    },
    change: (path) => post(`${path}/end`),
    fires: ['access_review_decided'],
  },
  {
    what: 'a drift',
    before: () => governedAccount(org, scim),
    change: (giveRole) => giveRole(),
    fires: ['entitlement_drift_detected'],
  },
  { what: 'an agent', change: () => agent(org), fires: ['ai_agent_registered'] },
  {
    what: 'an active agent',
    before: () => agent(org),
    change: (path) => post(`${path}/lifecycle/activate`),
    fires: ['ai_agent_activated'],
  },
  {
    what: 'access of an agent',
    before: () => agent(org),
    change: (path) => connectAgent(org, path),
    fires: ['ai_agent_access_given'],
  },
  {
    what: 'the end of an agent',
    before: () => agent(org),
    change: (path) => post(`${path}/lifecycle/deactivate`),
    fires: ['ai_agent_deactivated'],
  },
  {
    what: 'an MCP server',
    change: () =>
      post('/resource-servers/api/v1/mcp-servers', { name: 'Tools', resourceUrl: 'https://mcp.acme.test/' }),
    fires: ['mcp_server_registered'],
  },
  {
    what: 'the end of a token',
    before: () => people('api-tokens', { name: 'Nightly job' }),
    change: ({ id }) => org.delete(`/api/v1/api-tokens/${id}`),
    fires: ['api_token_revoked'],
  },
  {
    what: 'an attacker',
    async before() {
      await org.control('PUT', '/settings', { maliciousAddresses: '192.0.2.66' });
      await post('/api/v1/threats/configuration', { action: 'audit', excludeZones: [] });
    },
    change: () =>
      org.control('POST', '/sign-in', {
        ...{ login: 'nobody@sandbox.example', ipAddress: '192.0.2.66', outcome: 'FAILURE' },
      }),
    fires: ['sign_in_failed', 'threat_detected'],
  },
];

const changes: Change[] = [
  { what: 'a creation without activation', change: () => make('ana', false), fires: ['user_created'] },
  { what: 'a creation', change: active, fires: ['user_created', 'user_activated'] },
  {
    what: 'an activation',
    before: () => make('ana', false),
    change: (id) => post(`/api/v1/users/${id}/lifecycle/activate?sendEmail=false`),
    fires: ['user_activated'],
  },
  {
    what: 'a deactivation',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/lifecycle/deactivate`),
    fires: ['user_deactivated'],
  },
  {
    what: 'a suspension',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/lifecycle/suspend`),
    fires: ['user_suspended'],
  },
  {
    what: 'the end of a suspension',
    before: async () => {
      const id = await active();
      await post(`/api/v1/users/${id}/lifecycle/suspend`);
      return id;
    },
    change: (id) => post(`/api/v1/users/${id}/lifecycle/unsuspend`),
    fires: ['user_unsuspended'],
  },
  {
    what: 'a deletion',
    before: async () => {
      const id = await active();
      await post(`/api/v1/users/${id}/lifecycle/deactivate`);
      return id;
    },
    change: (id) => org.delete(`/api/v1/users/${id}`),
    fires: ['user_deleted'],
  },
  {
    what: 'a lock-out',
    before: active,
    change: async () => {
      for (let i = 0; i < 5; i++) await signIn('ana@sandbox.example', 'FAILURE');
    },
    fires: ['user_locked_out', 'sign_in_failed'],
  },
  {
    what: 'a sign-in that fails',
    before: active,
    change: () => signIn('ana@sandbox.example', 'FAILURE'),
    fires: ['sign_in_failed'],
  },
  {
    what: 'a sign-in of nobody',
    change: () => signIn('nobody@sandbox.example', 'FAILURE'),
    fires: ['sign_in_failed'],
  },
  {
    what: 'a sign-in that succeeds',
    before: active,
    change: () => signIn('ana@sandbox.example', 'SUCCESS'),
    fires: [],
  },
  {
    what: 'a password that is reset',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/lifecycle/reset_password?sendEmail=false`),
    fires: ['user_password_changed'],
  },
  {
    what: 'a password that is set',
    before: active,
    change: (id) => post(`/api/v1/users/${id}`, { credentials: { password: { value: 'Other-94y!Basalt' } } }),
    fires: ['user_password_changed'],
  },
  {
    what: 'a change of profile',
    before: active,
    change: (id) => post(`/api/v1/users/${id}`, { profile: { nickName: 'A' } }),
    fires: ['user_profile_updated'],
  },
  {
    what: 'a new member',
    before: active,
    change: async (id) => org.put(`/api/v1/groups/${await groupId()}/users/${id}`),
    // The group has apps.
    fires: ['app_assigned', 'user_added_to_group'],
  },
  {
    what: 'a member who leaves',
    before: member,
    change: async (id) => org.delete(`/api/v1/groups/${await groupId()}/users/${id}`),
    fires: ['app_unassigned', 'user_removed_from_group'],
  },
  {
    what: 'an assignment to an app',
    before: active,
    change: async (id) => post(`/api/v1/apps/${await appId()}/users`, { id }),
    fires: ['app_assigned'],
  },
  {
    what: 'the end of an assignment',
    before: assigned,
    change: async (id) => org.delete(`/api/v1/apps/${await appId()}/users/${id}`),
    fires: ['app_unassigned'],
  },
  {
    what: 'a reset of factors',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/lifecycle/reset_factors`),
    fires: ['mfa_factor_reset'],
  },
  {
    what: 'an admin role',
    before: active,
    change: (id) => post(`/api/v1/users/${id}/roles`, { type: 'READ_ONLY_ADMIN' }),
    fires: ['admin_role_granted'],
  },
  {
    what: 'an admin role of a group',
    before: newGroup,
    change: (id) => post(`/api/v1/groups/${id}/roles`, { type: 'READ_ONLY_ADMIN' }),
    fires: ['admin_role_granted'],
  },
  {
    what: 'an API token',
    change: () => people('api-tokens', { name: 'Nightly job' }),
    fires: ['api_token_created'],
  },
  {
    what: 'a used-up rate limit',
    before: async () => {
      await org.control('PUT', '/limits', { '/api/v1/apps': 2 });
      return '';
    },
    change: async () => {
      for (let i = 0; i < 4; i++) await org.get('/api/v1/apps');
    },
    fires: ['rate_limit_warned'],
  },
  ...more,
];

/** What each of these triggers finds, where it finds something. */
const pollEach = async (some: readonly string[], input: object = {}): Promise<Record<string, Item[]>> => {
  const found = await Promise.all(
    some.map(async (key) => [key, await take(client.poll(key, input, { state }))] as const),
  );
  return Object.fromEntries(found.filter(([, items]) => items.length > 0));
};

/** The inputs of a trigger that name objects. */
const pickersOf = (key: string): string[] =>
  Object.entries(carriedIn(triggerOf(key).input)).flatMap(([name, { names }]) => (names ? [name] : []));

/** What an item names of what its trigger can be narrowed to, by the name of the input. */
const namedBy = (key: string, { userId, groupId, appId, event }: Item): Record<string, string> => {
  const named: Record<string, unknown> = { user: userId, group: groupId, app: appId };
  return Object.fromEntries(
    pickersOf(key).flatMap((name) => {
      const id = name in named ? named[name] : event.target[0].id;
      return typeof id === 'string' ? [[name, id]] : [];
    }),
  );
};

describe('typed triggers', () => {
  it.each(changes)('$what fires $fires and nothing else', async ({ before, change, fires }) => {
    const made = (await before?.()) ?? '';
    const hooks = new Map<string, { hook: EventHook; got: string[] }>();
    for (const key of fires.filter(isInstant)) {
      const hook = client.hook(key, instantInput(key), {
        url: `${mount.url}/${key}`,
        state,
        name: `hook of ${key}`,
      });
      const got: string[] = [];
      hooks.set(key, { hook, got });
      mount.fetch = byPath(key, mount.fetch, async (request) => {
        const { response, items } = await hook.answer(request);
        got.push(...items.map(({ id }) => id));
        return response;
      });
      await hook.ensure();
    }
    await pollEach(fires);
    const [last] = (await org.get('/api/v1/logs?sortOrder=DESCENDING&limit=1')).body;
    await pause(2);
    const since = new Date().toISOString();
    await change(made);
    // Whatever happened, the others that know its event types have a look as well.
    const happened = (await org.get(`/api/v1/logs?since=${last.published}`)).body as { eventType: string }[];
    const types = new Set(happened.map(({ eventType }) => eventType));
    const concerned = typed.filter(({ eventTypes = [] }) => eventTypes.some((type) => types.has(type)));
    const others = concerned.map(({ key }) => key).filter((key) => !fires.includes(key));
    expect(await pollEach(others, { since })).toEqual({});
    const polled = await pollEach(fires);
    expect(Object.keys(polled).sort()).toEqual([...fires].sort());
    expect(await pollEach(fires)).toEqual({});
    // Would otherwise be silent for ever: what it can be narrowed to must be in its events.
    for (const key of fires.filter((one) => pickersOf(one).length > 0)) {
      const [item] = polled[key] as [Item];
      const named = namedBy(key, item);
      expect(Object.keys(named), key).not.toEqual([]);
      for (const [name, id] of Object.entries(named)) {
        // What was deleted can be named only by a trigger that knew it.
        if (key.endsWith('_deleted')) continue;
        const found = await client.sample(key, { [name]: id }, { limit: 100 });
        expect(ids(found as Item[]), `${key} of ${name}`).toContain(item.id);
      }
    }
    await org.control('POST', '/hooks/flush');
    for (const [key, { hook, got }] of hooks) {
      const missed = logOnlyOf(key).length > 0 ? await hook.catchUp() : [];
      // The hook has brought all that hooks bring.
      for (const { eventType } of missed as Item[]) expect(logOnlyOf(key)).toContain(eventType);
      got.push(...ids(missed as Item[]));
      expect(got.toSorted(), key).toEqual(ids(polled[key] as Item[]).sort());
    }
  });

  it('each fires for one of these changes', () => {
    expect(new Set(changes.flatMap(({ fires }) => fires))).toEqual(new Set(keys));
  });

  it.each(typed.map((trigger) => [trigger.key, trigger] as const))(
    '%s is about event types of the catalogue, whatever the input says',
    (_, trigger) => {
      const { eventTypes = [] } = trigger;
      expect(eventTypes.length).toBeGreaterThan(0);
      for (const type of eventTypes) expect(catalogue).toContain(type);
      expect(trigger.input.safeParse({ eventTypes: ['a.b'] }).success).toBe(false);
      expect(trigger.kind).toBe('polling');
    },
  );

  it('those about failures have their outcome fixed, the others none', async () => {
    for (const { key, input } of typed) {
      await client.sample(key, {});
      expect(input.safeParse({ outcome: 'SUCCESS' }).success, key).toBe(false);
    }
    const asked = (await org.asked('/api/v1/logs')).map(({ query }) => query);
    expect(asked).toHaveLength(typed.length);
    const withOutcome = asked.filter((query) => query.includes('outcome.result'));
    expect(withOutcome).toHaveLength(2);
    for (const query of withOutcome)
      expect(query).toMatch(/(user\.session\.start|provision\.user).*outcome\.result.*FAILURE/);
  });

  it('can be narrowed to an actor, a target and an address', async () => {
    const poll = (input: object, store: StateStore) =>
      take(client.poll('sign_in_failed', input, { state: store }));
    const wanted = [
      { actor: 'ana@sandbox.example' },
      { actor: 'bob@sandbox.example' },
      { ipAddress: '203.0.113.9' },
      { ipAddress: '192.0.2.1' },
    ];
    const stores = wanted.map(() => memoryStateStore());
    await active();
    for (const [i, input] of wanted.entries()) await poll(input, stores[i] as StateStore);
    await signIn('ana@sandbox.example', 'FAILURE');
    const found = await Promise.all(wanted.map((input, i) => poll(input, stores[i] as StateStore)));
    expect(found.map((items) => items.length)).toEqual([1, 0, 1, 0]);
  });
});

describe('include', () => {
  const poll = (key: string, include: boolean) => take(client.poll(key, { include }, { state }));

  it('gives the whole user as it is now', async () => {
    await poll('user_created', true);
    const id = await make('ana');
    await post(`/api/v1/users/${id}`, { profile: { nickName: 'Later' } });
    const [item] = await poll('user_created', true);
    expect(item?.user).toMatchObject({ id, status: 'ACTIVE', profile: { nickName: 'Later' } });
  });

  it('gives null when the user is gone', async () => {
    await poll('user_created', true);
    const id = await make('ana');
    await post(`/api/v1/users/${id}/lifecycle/deactivate`);
    await org.delete(`/api/v1/users/${id}`);
    expect(await poll('user_created', true)).toMatchObject([{ userId: id, user: null }]);
  });

  it('gives null when the event names no user', async () => {
    await poll('admin_role_granted', true);
    await org.append(1, 'group.privilege.grant');
    expect(await poll('admin_role_granted', true)).toMatchObject([{ user: null }]);
  });

  it('is off unless asked for: nothing is read', async () => {
    await poll('user_created', false);
    await make('ana');
    await org.control('DELETE', '/requests');
    const [item] = await poll('user_created', false);
    expect(item).not.toHaveProperty('user');
    expect((await org.control('GET', '/requests')).body.requests).toHaveLength(1);
  });

  it('that fails in the middle of a page ends the run; what was delivered does not come again', async () => {
    await poll('user_created', true);
    const made = [await make('ana'), await make('ben'), await make('cleo')];
    await org.fault({ kind: 'status', status: 403, body: {} }, { path: '/api/v1/users/', after: 2 });
    const got: string[] = [];
    const run = async () => {
      for await (const item of client.poll('user_created', { include: true }, { state }))
        got.push((item as { userId: string }).userId);
    };
    await expect(run()).rejects.toMatchObject({ status: 403 });
    expect(got).toEqual(made.slice(0, 2));
    await org.control('DELETE', '/faults');
    expect(await poll('user_created', true)).toMatchObject([{ userId: made[2] }]);
  });

  it('that fails for another reason than 404 ends the run, and the page comes again', async () => {
    await poll('user_created', true);
    const id = await make('ana');
    await org.fault({ kind: 'status', status: 403, body: {} }, { path: '/api/v1/users/', times: 1 });
    await expect(poll('user_created', true)).rejects.toMatchObject({ status: 403 });
    expect(await poll('user_created', true)).toMatchObject([{ user: { id } }]);
  });

  it.each(['user_added_to_group', 'user_suspended', 'user_locked_out'])('works for %s', async (key) => {
    const id = await active();
    await poll(key, true);
    if (key === 'user_suspended') await post(`/api/v1/users/${id}/lifecycle/suspend`);
    else if (key === 'user_added_to_group') await org.put(`/api/v1/groups/${await groupId()}/users/${id}`);
    else for (let i = 0; i < 5; i++) await signIn('ana@sandbox.example', 'FAILURE');
    expect(await poll(key, true)).toMatchObject([{ user: { id } }]);
  });

  // Regression: the first target of these events is the assignment (AppUser), and its id was taken for the user's.
  it.each(['app_assigned', 'app_unassigned'])('works for %s', async (key) => {
    const id = key === 'app_assigned' ? await active() : await assigned();
    await poll(key, true);
    const app = await appId();
    if (key === 'app_assigned') await post(`/api/v1/apps/${app}/users`, { id });
    else await org.delete(`/api/v1/apps/${app}/users/${id}`);
    expect(await poll(key, true)).toMatchObject([{ appId: app, userId: id, user: { id } }]);
  });
});

describe('F2.6 instant use', () => {
  const create = (name: string): Promise<{ id: string }> =>
    post('/api/v1/users', { profile: newProfile(name) });
  const receive = async () => {
    const webhook = await client.webhook({ publicUrl: mount.url, state });
    mount.fetch = webhook.fetch;
    return webhook;
  };

  it.each(typed.filter(({ source }) => source.hook).map((trigger) => [trigger.key, trigger] as const))(
    'F2.6 %s is delivered by an event hook, once for each of its event types, and nothing else',
    async (key, { eventTypes = [] }) => {
      const webhook = await receive();
      const got: Item[] = [];
      const deliver = (item: unknown) => void got.push(item as Item);
      try {
        await webhook.subscribe({ key, input: instantInput(key), deliver });
        const [hook] = (await org.get('/api/v1/eventHooks')).body;
        const hooked = eventTypes.filter((type) => !logOnlyOf(key).includes(type));
        expect(hook.events.items.toSorted()).toEqual(hooked.sort());
        const { secret } = JSON.parse(
          (await state.get(`webhook@${new URL(org.sandbox.orgUrl).host}`)) ?? '{}',
        ).value;
        const published = new Date().toISOString();
        const events = [...eventTypes, 'zone.create'].map((eventType) => ({
          ...{ uuid: `made-${eventType}`, eventType, published, outcome: { result: 'FAILURE' } },
        }));
        const sent = { method: 'POST', headers: { Authorization: secret } };
        await fetch(mount.url, { ...sent, body: JSON.stringify({ data: { events } }) });
        await until(() => got.length >= eventTypes.length);
        expect(ids(got).sort()).toEqual(eventTypes.map((type) => `made-${type}`).sort());
      } finally {
        await webhook.stop();
      }
    },
  );

  it('F2.6 reconciles and includes: what the hook missed comes from the log, once, with the whole user', async () => {
    const webhook = await client.webhook({ publicUrl: mount.url, state, reconcileMs: 30 });
    mount.fetch = webhook.fetch;
    const got: Item[] = [];
    const deliver = (item: unknown) => void got.push(item as Item);
    try {
      const input = { include: true, reconcile: true };
      await webhook.subscribe({ key: 'user_created', input, deliver });
      const { id: pushed } = await create('pushed');
      await until(() => got.length === 1);
      await org.control('PUT', '/settings', { hookDropRate: 1 });
      const { id: missed } = await create('missed');
      await until(() => got.length === 2);
      const looks = (await org.asked('/api/v1/logs')).length;
      await until(async () => (await org.asked('/api/v1/logs')).length > looks + 1);
      expect(got).toMatchObject([
        { eventType: 'user.lifecycle.create', user: { id: pushed } },
        { eventType: 'user.lifecycle.create', user: { id: missed } },
      ]);
      expect(got).toHaveLength(2);
    } finally {
      await webhook.stop();
    }
  });

  it('F2.6 what no hook delivers comes from the log, beside what the hook brings, each once', async () => {
    const webhook = await client.webhook({ publicUrl: mount.url, state, reconcileMs: 30 });
    mount.fetch = webhook.fetch;
    const got: Item[] = [];
    const deliver = (item: unknown) => void got.push(item as Item);
    try {
      await webhook.subscribe({ key: 'policy_changed', input: { reconcile: true }, deliver });
      const { id } = await post('/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Partner apps' });
      await until(() => got.length === 1);
      await org.put(`/api/v1/policies/${id}`, { type: 'ACCESS_POLICY', name: 'Partners' });
      await until(() => got.length === 2);
      const looks = (await org.asked('/api/v1/logs')).length;
      await until(async () => (await org.asked('/api/v1/logs')).length > looks + 1);
      expect(got.map(({ eventType }) => eventType)).toEqual([
        ...['policy.lifecycle.create', 'policy.lifecycle.update'],
      ]);
      const { deliveries } = (await org.control('GET', '/hooks')).body;
      expect(deliveries).toMatchObject([{ status: 'DELIVERED', events: [got[1]?.id] }]);
    } finally {
      await webhook.stop();
    }
  });

  it.each([
    ['policy_changed', {}, 'policy.lifecycle.create, policy.lifecycle.delete'],
    ['new_event_instant', { eventTypes: ['user.lifecycle.create', 'zone.create'] }, 'zone.create'],
  ])('F2.6 %s without reconcile names what no hook delivers', async (key, input, named) => {
    const webhook = await receive();
    const subscribed = webhook.subscribe({ key, input, deliver: () => {} });
    await expect(subscribed).rejects.toMatchObject({
      message: `An event hook cannot deliver ${named}`,
      hint: expect.stringContaining('Turn on reconcile, which brings these from the System Log'),
    });
    await webhook.stop();
    expect(await org.asked('/api/v1/eventHooks', 'POST')).toEqual([]);
  });

  it('F2.6 a trigger whose events no hook delivers says so, before a hook is made', async () => {
    const never = typed.filter(({ source }) => !source.hook).map(({ key }) => key);
    expect(never).toContain('user_deleted');
    const webhook = await receive();
    for (const key of never)
      await expect(webhook.subscribe({ key, input: {}, deliver: () => {} })).rejects.toThrow(
        `${key} cannot be instant`,
      );
    await webhook.stop();
    expect(await org.asked('/api/v1/eventHooks', 'POST')).toEqual([]);
  });
});
