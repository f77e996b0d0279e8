import type { App } from '../apps/app-store.ts';
import type { Group } from '../groups/group-store.ts';
import type { StoredHook } from '../hooks/hook-store.ts';
import type { User } from '../users/user.ts';
import type { UserType } from '../users/user-type.ts';
import type { LogParty } from './event.ts';

export function userParty(user: User): LogParty {
  const { login, firstName, lastName } = user.profile;
  const displayName = `${firstName ?? ''} ${lastName ?? ''}`.trim();
  return { id: user.id, type: 'User', alternateId: String(login), displayName, detailEntry: null };
}

export function groupParty(group: Group): LogParty {
  const displayName = String(group.profile.name);
  return { id: group.id, type: 'UserGroup', alternateId: 'unknown', displayName, detailEntry: null };
}

export function appParty(app: App): LogParty {
  return {
    id: app.id,
    type: 'AppInstance',
    alternateId: app.label,
    displayName: app.label,
    detailEntry: null,
  };
}

export function appUserParty(app: App, user: User, userName: string): LogParty {
  const { displayName } = userParty(user);
  return {
    id: `0ua${app.id.slice(3, 9)}${user.id.slice(9)}`,
    type: 'AppUser',
    alternateId: userName,
    displayName,
    detailEntry: null,
  };
}

export function hookParty({ id, name }: StoredHook): LogParty {
  return { id, type: 'EventHook', alternateId: 'unknown', displayName: name, detailEntry: null };
}

export function userTypeParty({ id, displayName }: UserType): LogParty {
  return { id, type: 'UserType', alternateId: 'unknown', displayName, detailEntry: null };
}
