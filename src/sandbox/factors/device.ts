import { iso } from '../clock.ts';
import { oktaError } from '../errors.ts';
import { type Call, type Endpoint, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { found, plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { userOfCall } from '../users/find.ts';
import type { User } from '../users/user.ts';
import { userItem, userView } from '../users/view.ts';
import { deviceSearch } from './device-filter.ts';

/** Phones and computers on which users have Okta Verify. */
export const deviceKind = defineKind({
  path: '/api/v1/devices',
  param: 'deviceId',
  prefix: 'guo',
  type: 'UDDevice',
  scope: 'okta.devices',
  serves: ['list', 'read', 'delete'],
  list: { limit: [200, 200], select },
  view,
  nameOf: ({ body }) => nameOf(body),
  lifecycle: {
    activate: {
      ...{ status: 'ACTIVE', from: ['CREATED', 'DEACTIVATED'], answers: 'nothing' },
      event: 'device.lifecycle.activate',
    },
    deactivate: {
      ...{ status: 'DEACTIVATED', answers: 'nothing', event: 'device.lifecycle.deactivate' },
      also: unlinkUsers,
    },
    suspend: {
      ...{ status: 'SUSPENDED', from: ['ACTIVE'], answers: 'nothing', event: 'device.lifecycle.suspend' },
    },
    unsuspend: {
      ...{ status: 'ACTIVE', from: ['SUSPENDED'], answers: 'nothing', event: 'device.lifecycle.unsuspend' },
    },
  },
  mayDelete(_, { body }) {
    if (body.status !== 'DEACTIVATED') throw oktaError('E0000107');
  },
  events: { delete: 'device.lifecycle.delete' },
});

/** The users of a device. A device that is deactivated has none. */
export const deviceUserKind = defineKind({
  path: `${deviceKind.path}/:deviceId/users`,
  param: 'linkId',
  prefix: 'lnk',
  type: 'DeviceUser',
  scope: 'okta.devices',
  serves: ['list'],
  list: { select: (call) => (link) => userOf(call, link) !== undefined },
  guard: (call) => void found(call, deviceKind),
  view: (call, link) => linkView(call, link, userView),
});

/** The devices of a user. */
export const userDeviceEndpoint: Endpoint = {
  method: 'GET',
  path: '/api/v1/users/:id/devices',
  scope: 'okta.users.read',
  handle(call) {
    const { id } = userOfCall(call);
    const links = [...call.org.objects.all(deviceUserKind.path)].filter(({ body }) => body.userId === id);
    return ok(
      links.flatMap(({ id: deviceUserId, list, created }) => {
        const device = call.org.objects.get(deviceKind.path, list.split('/')[4] as string);
        return device ? { created: iso(created), deviceUserId, device: view(call, device) } : [];
      }),
    );
  },
};

const nameOf = ({ profile }: Json): string => String((profile as Json | undefined)?.displayName ?? '');

function select(call: Call) {
  const after = call.query.get('after');
  if (after && !/^\w{20}$/.test(after)) throw oktaError('E0000031', '', ['Invalid cursor.']);
  const search = call.query.get('search');
  return search ? deviceSearch(search) : () => true;
}

function view(call: Call, device: StoredObject): Json {
  const { id, list, body } = device;
  const { self, ...transitions } = plainView(call, deviceKind, device)._links as Json;
  const href = `${call.origin}${list}/${id}`;
  const isGone = body.status === 'DEACTIVATED';
  return {
    ...plainView(call, deviceKind, device),
    resourceType: 'UDDevice',
    resourceDisplayName: { value: nameOf(body), sensitive: false },
    resourceId: id,
    resourceAlternateId: null,
    _links: {
      ...transitions,
      self: { href, hints: { allow: isGone ? ['GET', 'DELETE'] : ['GET', 'PATCH', 'PUT'] } },
      ...(isGone ? {} : { users: { href: `${href}/users`, hints: { allow: ['GET'] } } }),
    },
    ...embedded(call, device),
  };
}

/** One device says which authenticator created it; a list has users, if they are asked for. */
function embedded(call: Call, { id }: StoredObject): Json {
  const { objects } = call.org;
  if (call.params.deviceId) {
    const verify = [...objects.of('/api/v1/authenticators')].find(({ body }) => body.key === 'okta_verify');
    if (!verify) return {};
    const { name, key } = verify.body;
    return { _embedded: { originatedFrom: [{ id: verify.id, name, key }] } };
  }
  const expand = call.query.get('expand');
  if (expand !== 'user' && expand !== 'userSummary') return {};
  const links = [...objects.of(`${deviceKind.path}/${id}/users`)].filter((link) => userOf(call, link));
  const render = expand === 'user' ? userView : userItem;
  return { _embedded: { users: links.map((link) => linkView(call, link, render)) } };
}

/** The user of a device, unless deleted. */
const userOf = ({ org }: Call, { body }: StoredObject): User | undefined =>
  org.users.get(String(body.userId));

function linkView(call: Call, link: StoredObject, render: typeof userView): Json {
  const { userId, ...members } = link.body;
  return { created: iso(link.created), ...members, user: render(call, userOf(call, link) as User) };
}

/** A device that is activated again must be enrolled anew by its users. */
function unlinkUsers(call: Call, device: StoredObject): void {
  const list = `${deviceKind.path}/${device.id}/users`;
  for (const link of [...call.org.objects.of(list)]) {
    call.org.objects.delete(link);
    const user = userOf(call, link);
    if (user) record(call, 'device.user.remove', { target: [userParty(user)] });
  }
}
