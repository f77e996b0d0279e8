import type { App } from '../apps/app-store.ts';
import { accessPolicyOf } from '../apps/links.ts';
import { isObject } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import type { User } from '../users/user.ts';
import { byPlace } from './places.ts';
import { conditionsMet } from './simulated-conditions.ts';

/**
 * The rule of an app's sign-on policy that decides about a user. The sandbox asks for the password alone: a rule that wants more
 * than that lets people in, one that denies keeps them out. Devices are unknown, the risk is low, and no zone is met.
 */
export function signOnRule(org: Org, app: App, { id: userId }: User): StoredObject | undefined {
  const groupIds = [...org.groups.ofUser(userId)].map(({ id }) => id);
  const device = { registered: false, managed: false };
  const circumstances = { userId, groupIds, device, risk: { level: 'LOW' }, zones: { ids: [] } };
  return [...org.objects.of(`/api/v1/policies/${accessPolicyOf(app)}/rules`)]
    .filter(({ body }) => body.status === 'ACTIVE')
    .sort(byPlace)
    .find(({ body }) => {
      const conditions = isObject(body.conditions) ? body.conditions : {};
      return conditionsMet(conditions, circumstances).every(({ status }) => status === 'MATCH');
    });
}

export function denies({ body }: StoredObject): boolean {
  const { appSignOn } = isObject(body.actions) ? body.actions : {};
  return isObject(appSignOn) && appSignOn.access === 'DENY';
}
