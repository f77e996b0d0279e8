import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { destructiveness, effectFor } from '../../src/actions/effect.ts';
import { parseInput } from '../../src/actions/run.ts';
import { actionOf, connector } from '../../src/connector.ts';
import { n8nPackage } from '../../src/hosts/n8n/package.ts';
import { helpOf } from '../../src/hosts/node-red/help.ts';
import { nodeTypes } from '../../src/hosts/node-red/node-types.ts';
import { manifest } from '../../src/manifest/manifest.ts';

const userId = '00u1';
const appId = '0oa1';
const oidc = { label: 'OneDesk', redirectUris: ['https://app.onedesk.com/sso/openid'] };
const saml = { label: 'Acme CRM', entityId: 'https://crm.acme.test', acsUrl: 'https://crm.acme.test/acs' };
const person = { externalId: 'E-1', profile: { userName: 'ana.ruiz@acme.test' } };
const newcomer = { login: 'eve@acme.test', email: 'eve@acme.test', firstName: 'Eve', lastName: 'Ito' };
const READ = 'read, repeated';
const SAFE = 'write, repeated';
const ONCE = 'write, once';
const TAKES = 'write, repeated, destructive';
const TAKES_ONCE = 'write, once, destructive';

const effectOf = (key: string, input: object) => {
  const action = actionOf(key);
  const { kind, idempotent, destructive } = effectFor(action, parseInput(action, input));
  return [kind, idempotent ? 'repeated' : 'once', ...(destructive ? ['destructive'] : [])].join(', ');
};

const TABLE: [key: string, input: object, effect: string][] = [
  ['activate_user', { userId }, SAFE],
  ['activate_user', { userId, sendEmail: false }, ONCE],
  ['activate_user', { userId, reactivate: true }, ONCE],
  ['activate_user', { userId, sendEmail: false, reactivate: true }, ONCE],
  ['update_user', { userId, profile: { title: 'x' } }, SAFE],
  ['update_user', { userId, profile: { title: 'x' }, replace: true }, TAKES],
  ['update_user', { userId, profile: { title: 'x' }, ifMatch: '"1"' }, ONCE],
  ['update_user', { userId, credentials: { password: { value: 'x' } } }, ONCE],
  ['update_user', { userId, credentials: { password: { value: 'x' } }, replace: true }, TAKES_ONCE],
  ['update_user', { userId, ifMatch: '"1"', replace: true }, TAKES_ONCE],
  ['expire_password', { userId }, SAFE],
  ['expire_password', { userId, revokeSessions: true }, SAFE],
  ['expire_password', { userId, tempPassword: true }, ONCE],
  ['onboard_user', { profile: newcomer }, SAFE],
  ['onboard_user', { profile: newcomer, dryRun: true }, READ],
  ['offboard_user', { userId, steps: ['suspend'] }, TAKES],
  ['offboard_user', { userId, steps: ['suspend'], dryRun: true }, READ],
  ['run_identity_import', { identitySourceId: '0oa1', profiles: [person] }, SAFE],
  ['run_identity_import', { identitySourceId: '0oa1', profiles: [person], entityOperation: 'delete' }, TAKES],
  ['run_identity_import', { identitySourceId: '0oa1', profiles: [person], ifSessionOpen: 'cancel' }, TAKES],
  ['update_schema', { kind: 'user', custom: { badge: { title: 'Badge', type: 'string' } } }, SAFE],
  ['update_schema', { kind: 'user', removeCustom: ['badge'] }, TAKES],
  ['run_sync', {}, SAFE],
  ['run_sync', { target: 'csv', place: '/srv/directory' }, TAKES],
  ['run_sync', { target: 'csv', place: '/srv/directory', dryRun: true }, READ],
  ['set_up_oidc_sso', oidc, SAFE],
  ['set_up_oidc_sso', { ...oidc, dryRun: true }, READ],
  ['set_up_saml_sso', saml, SAFE],
  ['set_up_saml_sso', { ...saml, dryRun: true }, READ],
  ['rotate_client_secret', { appId }, SAFE],
  ['rotate_client_secret', { appId, phase: 'finish' }, TAKES],
  ['rotate_saml_certificate', { appId }, ONCE],
  ['rotate_saml_certificate', { appId, phase: 'finish' }, SAFE],
  ['scim_setup_guide', { publicUrl: 'https://scim.acme.test', turnOn: false }, READ],
  ['scim_setup_guide', { publicUrl: 'https://scim.acme.test', turnOn: true }, SAFE],
  ['call_api', { path: '/api/v1/zones' }, READ],
  ['call_api', { method: 'HEAD', path: '/api/v1/users/00u1' }, READ],
  ['call_api', { method: 'POST', path: '/api/v1/zones', body: {} }, ONCE],
  ['call_api', { method: 'POST', path: '/api/v1/users/00u1/lifecycle/suspend' }, ONCE],
  ['call_api', { method: 'POST', path: '/api/v1/users/00u1/lifecycle/deactivate' }, TAKES_ONCE],
  ['call_api', { method: 'POST', path: '/api/v1/users/00u1/lifecycle/reset_factors/' }, TAKES_ONCE],
  ['call_api', { method: 'PATCH', path: '/api/v1/zones/nzo1', body: {} }, ONCE],
  ['call_api', { method: 'PUT', path: '/api/v1/groups/00g1/users/00u1' }, SAFE],
  ['call_api', { method: 'PUT', path: '/api/v1/zones/nzo1', body: {} }, TAKES],
  ['call_api', { method: 'PUT', path: '/api/v1/zones/nzo1', body: null }, TAKES],
  ['call_api', { method: 'DELETE', path: '/api/v1/zones/nzo1' }, TAKES],
  ['call_api', { method: 'DELETE', path: '/api/v1/users/00u1/sessions' }, TAKES],
  ['call_api', { method: 'DELETE', path: '/api/v1/users/00u1' }, TAKES_ONCE],
  ['call_api', { method: 'DELETE', path: '/api/v1/users/00u1/' }, TAKES_ONCE],
];

describe('F2.6 the effect of an action', () => {
  it.each(TABLE)('%s %j: %s', (key, input, effect) => expect(effectOf(key, input)).toBe(effect));

  it('has rows in this table for every action whose effect depends on the input', () => {
    const conditional = connector.actions.filter(({ effectWhen }) => effectWhen).map(({ key }) => key);
    expect([...new Set(TABLE.map(([key]) => key))].sort()).toEqual(conditional.sort());
  });

  it('is the same by what the manifest says, and names inputs that there are', () => {
    const described = JSON.parse(JSON.stringify(manifest().actions)) as ReturnType<
      typeof manifest
    >['actions'];
    for (const one of described) {
      const action = actionOf(one.key);
      for (const [key, input] of TABLE.filter(([of]) => of === one.key)) {
        const parsed = parseInput(actionOf(key), input);
        expect(effectFor(one, parsed)).toEqual(effectFor(action, parsed));
      }
      const names = (one.effectWhen ?? []).flatMap(({ when }) => Object.keys(when));
      expect(Object.keys(one.input.properties as object)).toEqual(expect.arrayContaining(names));
    }
  });

  it('is the worst case, and each condition makes it milder', () => {
    for (const { key, effect, effectWhen = [] } of connector.actions) {
      for (const { effect: milder } of effectWhen) {
        expect(Object.keys(milder), key).not.toEqual([]);
        for (const [name, value] of Object.entries(milder))
          expect(effect[name as keyof typeof effect], `${key} ${name}`).not.toBe(value);
      }
    }
  });

  it('leaves the effect as it is where there are no conditions', () => {
    const action = actionOf('delete_user');
    expect(effectFor(action, {})).toBe(action.effect);
  });

  it('knows values that are given, and takes a pattern for unmet where there is no text', () => {
    const effect = { kind: 'write', idempotent: false, destructive: false } as const;
    const holds = (condition: object, value: unknown) =>
      effectFor(
        { effect, effectWhen: [{ when: { x: condition as never }, effect: { idempotent: true } }] },
        { x: value },
      ).idempotent;
    expect([holds({ given: true }, null), holds({ given: true }, undefined)]).toEqual([true, false]);
    expect([holds({ absent: true }, null), holds({ absent: true }, undefined)]).toEqual([false, true]);
    expect([holds({ matches: '^a' }, 'ab'), holds({ matches: '^a' }, 'ba')]).toEqual([true, false]);
    expect([holds({ matches: '' }, undefined), holds({ matchesNot: 'a' }, undefined)]).toEqual([
      false,
      false,
    ]);
  });
});

const ALWAYS = [
  ...['clear_user_sessions'],
  ...['deactivate_app', 'deactivate_device', 'deactivate_idp', 'deactivate_user'],
  ...[
    'delete_app',
    'delete_device',
    'delete_event_hook',
    'delete_group',
    'delete_group_push_mapping',
    'delete_group_rule',
    'delete_policy_rule',
    'delete_trusted_origin',
    'delete_user',
    'delete_zone',
  ],
  ...['reset_all_factors', 'reset_factor'],
  ...['revoke_api_token', 'revoke_app_tokens', 'revoke_user_grants'],
  ...['run_universal_logout'],
  ...['set_user_groups', 'tear_down_sso'],
  ...[
    'unassign_group_from_app',
    'unassign_role_from_group',
    'unassign_role_from_user',
    'unassign_user_from_app',
  ],
];

describe('F2.6 what is destructive', () => {
  it('always, sometimes or never', () => {
    const keysOf = (wanted: string) =>
      connector.actions.filter((action) => destructiveness(action) === wanted).map(({ key }) => key);
    expect(keysOf('always').sort()).toEqual(ALWAYS);
    expect(keysOf('sometimes').sort()).toEqual([
      ...['call_api', 'offboard_user', 'rotate_client_secret', 'run_identity_import', 'run_sync'],
      ...['update_schema', 'update_user'],
    ]);
  });

  it('is told by the help of Node-RED, in milder words where it depends on the input', () => {
    const help = nodeTypes(manifest()).map(helpOf).join('').split('<h4>');
    const of = (title: string) => help.find((text) => text.startsWith(title)) ?? '';
    expect(of('Delete user')).toContain('<b>This cannot be undone');
    for (const title of ['Update user', 'Call API']) {
      expect(of(title)).not.toContain('<b>Takes');
      expect(of(title)).toContain('With some settings, this cannot be undone');
    }
    expect(of('Activate user')).not.toMatch(/cannot be undone/i);
  });

  it('is told by the operations and notices of n8n, likewise', () => {
    const lines = (
      n8nPackage(manifest(), packageJson)['nodes/OktaConnector/OktaConnector.node.ts'] ?? ''
    ).split('\n');
    const described = (key: string) =>
      lines[lines.findIndex((line) => line.includes(`value: '${key}',`)) + 1];
    const notices = (words: string) => lines.filter((line) => line.includes(`displayName: '${words}`)).length;
    expect(described('delete_user')).toContain('Cannot be undone.');
    expect(described('update_user')).toContain('With some settings, this cannot be undone.');
    expect(described('activate_user')).not.toContain('undone');
    expect(notices('This operation cannot be undone')).toBe(1);
    expect(notices('With some settings, this operation cannot be undone')).toBe(1);
  });
});
