import { iso } from '../clock.ts';
import { invalid } from '../errors.ts';
import { type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { userParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { User } from '../users/user.ts';
import { ownerOf } from './owner.ts';

const path = '/api/v1/users/:userId/classification';

/** How Okta bills a user. */
export const classificationEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.users.read', handle: (call) => ok(view(call, ownerOf(call))) },
  {
    ...{ method: 'PUT', path, scope: 'okta.users.manage' },
    handle(call) {
      const user = ownerOf(call);
      const { type } = objectBody(call);
      if (type !== 'LITE' && type !== 'STANDARD') throw invalid('type', 'type: LITE or STANDARD is expected');
      const now = call.org.clock.seconds();
      const times = { created: now, lastUpdated: now };
      call.org.objects.put({ id: user.id, list: listOf(user), ...times, body: { type } });
      record(call, 'account.user.classify', { target: [userParty(user)] });
      return ok(view(call, user));
    },
  },
];

const listOf = ({ id }: User) => path.replace(':userId', id);

function view({ org }: Call, user: User): Json {
  const stored = org.objects.get(listOf(user), user.id);
  return { type: 'STANDARD', ...stored?.body, lastUpdated: iso(stored?.lastUpdated ?? user.created) };
}
