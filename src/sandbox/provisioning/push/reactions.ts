import type { App } from '../../apps/app-store.ts';
import type { StoredObject } from '../../kinds/object-store.ts';
import type { LogParty } from '../../system-log/event.ts';
import type { NewEvent } from '../../system-log/log-store.ts';
import { pushesOf } from './connection.ts';
import type { ProvisionedOrg } from './desk.ts';

export const mappingsPath = '/api/v1/apps/:appId/group-push/mappings';

/** How long after a deactivation its unassignments reach the apps. */
const leavingMs = 2000;

/** What apps can hear. */
interface Pushes {
  user(app: App, userId: string, options?: { delayMs: number }): void;
  member(mapping: StoredObject, userId: string, what: 'add' | 'remove'): void;
  groupName(mapping: StoredObject): void;
}

interface Happening {
  /** Those that push. */
  apps: App[];
  /** The id of the event's target of a type. */
  idOf(type: string): string;
  org: ProvisionedOrg;
  pushes: Pushes;
}

/** Makes apps hear of what happened. Of a suspension, a lock or a deleted user they hear nothing. */
export function react(org: ProvisionedOrg, pushes: Pushes, { eventType, fields }: NewEvent): void {
  const reaction = reactions[eventType];
  const apps = reaction ? [...org.apps.from()].filter((app) => pushesOf(app)) : [];
  if (!reaction || apps.length === 0) return;
  const targets = Array.isArray(fields.target) ? (fields.target as LogParty[]) : [];
  const idOf = (type: string) => targets.find((target) => target.type === type)?.id ?? '';
  reaction({ apps, idOf, org, pushes });
}

const reactions: Record<string, ((happening: Happening) => void) | undefined> = {
  'application.user_membership.add': assigned,
  'application.user_membership.update': assigned,
  'application.user_membership.remove'(happening) {
    const hasLeft = happening.org.users.get(happening.idOf('User'))?.status === 'DEPROVISIONED';
    assigned(happening, hasLeft ? leavingMs : 0);
  },
  'user.lifecycle.activate'({ apps, idOf, org, pushes }) {
    const user = org.users.get(idOf('User'));
    for (const app of apps) if (user && org.apps.assignmentOf(app, user)) pushes.user(app, user.id);
  },
  'user.account.update_profile'({ apps, idOf, pushes }) {
    const userId = idOf('User');
    for (const app of apps) if (app.accounts.has(userId)) pushes.user(app, userId);
  },
  'group.user_membership.add': (happening) => moved(happening, 'add'),
  'group.user_membership.remove': (happening) => moved(happening, 'remove'),
  'group.profile.update'(happening) {
    for (const mapping of mappingsOf(happening)) happening.pushes.groupName(mapping);
  },
};

function assigned({ apps, idOf, pushes }: Happening, delayMs = 0): void {
  const app = apps.find(({ id }) => id === idOf('AppInstance'));
  if (app) pushes.user(app, idOf('User'), { delayMs });
}

function moved(happening: Happening, what: 'add' | 'remove'): void {
  for (const mapping of mappingsOf(happening)) happening.pushes.member(mapping, happening.idOf('User'), what);
}

/** The active mappings of a group. */
function mappingsOf({ apps, idOf, org }: Happening): StoredObject[] {
  const groupId = idOf('UserGroup');
  return apps
    .flatMap(({ id }) => [...org.objects.of(mappingsPath.replace(':appId', id))])
    .filter(({ body }) => body.sourceGroupId === groupId && body.status === 'ACTIVE');
}
