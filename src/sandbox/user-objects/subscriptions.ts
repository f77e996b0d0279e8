import { notFound } from '../errors.ts';
import { type Call, type Endpoint, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { readSingle, writeSingle } from '../org-settings/single.ts';
import { roleLabels } from '../roles/role-store.ts';
import type { EventType } from '../system-log/event-types.ts';
import { record } from '../system-log/record.ts';
import { ownerOf } from './owner.ts';

const types = [
  ...['AD_AGENT', 'AGENT_AUTO_UPDATE_NOTIFICATION', 'AGENT_AUTO_UPDATE_NOTIFICATION_LDAP', 'APP_IMPORT'],
  ...['CONNECTOR_AGENT', 'IWA_AGENT', 'LDAP_AGENT', 'OKTA_ANNOUNCEMENT', 'OKTA_ISSUE', 'OKTA_UPDATE'],
  ...['RATELIMIT_NOTIFICATION', 'REPORT_SUSPICIOUS_ACTIVITY', 'USER_DEPROVISION', 'USER_LOCKED_OUT'],
];

/** Whoever gets notifications by e-mail: an administrator, or all who have a role. */
interface Subscriber {
  path: string;
  scope: string;
  event: EventType;
  /** The path of its subscriptions. @throws Refusal E0000007 */
  listOf(call: Call): string;
}

const subscribers: readonly Subscriber[] = [
  {
    ...{ path: '/api/v1/users/:userId', scope: 'okta.users', event: 'user.account.subscriptions.update' },
    listOf: (call) => `/api/v1/users/${ownerOf(call).id}/subscriptions`,
  },
  {
    ...{ path: '/api/v1/roles/:roleRef', scope: 'okta.roles', event: 'iam.role.subscriptions.update' },
    listOf({ org, params: { roleRef = '' } }) {
      if (!Object.hasOwn(roleLabels, roleRef) && !org.objects.get('/api/v1/iam/roles', roleRef))
        throw notFound(roleRef, 'Role');
      return `/api/v1/roles/${roleRef}/subscriptions`;
    },
  },
];

/** Who gets which notifications; everybody gets all until somebody unsubscribes. */
export const subscriptionEndpoints: Endpoint[] = subscribers.flatMap(({ path, scope, event, listOf }) => {
  const list = `${path}/subscriptions`;
  const one = `${list}/:notificationType`;
  const change = (name: string, status: string): Endpoint => ({
    ...{ method: 'POST', path: `${one}/${name}`, scope: `${scope}.manage` },
    handle(call) {
      writeSingle(call.org, `${listOf(call)}/${typeOf(call)}`, { status });
      record(call, event);
      return { status: 200 };
    },
  });
  return [
    {
      ...{ method: 'GET', path: list, scope: `${scope}.read` },
      handle: (call) => ok(types.map((type) => view(call, listOf(call), type))),
    },
    {
      ...{ method: 'GET', path: one, scope: `${scope}.read` },
      handle: (call) => ok(view(call, listOf(call), typeOf(call))),
    },
    change('subscribe', 'subscribed'),
    change('unsubscribe', 'unsubscribed'),
  ] satisfies Endpoint[];
});

function typeOf({ params: { notificationType = '' } }: Call): string {
  if (!types.includes(notificationType)) throw notFound(notificationType, 'NotificationType');
  return notificationType;
}

function view({ org, origin }: Call, list: string, notificationType: string): Json {
  const self = `${list}/${notificationType}`;
  return {
    ...{ notificationType, channels: ['email'] },
    ...readSingle(org, self, { status: 'subscribed' }),
    _links: { self: { href: `${origin}${self}`, hints: { allow: ['GET'] } } },
  };
}
