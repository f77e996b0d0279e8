import { notFound, oktaError, type Refusal } from './errors.ts';
import type { Group } from './groups/group-store.ts';
import type { Call } from './http.ts';

/** Whether the caller may see a group. Lists leave out those that it may not. */
export function seesGroup(call: Call, { id }: Group): boolean {
  return visibleGroups(call)?.includes(id) ?? true;
}

/** Whether the caller may see a user: a member of a group that it sees. */
export function seesUser(call: Call, { id }: { id: string }): boolean {
  const { groups } = call.org;
  return (
    visibleGroups(call)?.some((groupId) => {
      const group = groups.get(groupId);
      return group !== undefined && groups.isMember(group, id);
    }) ?? true
  );
}

/** The answer to reading what the caller may not see. */
export function hidden({ org }: Call, id: string, type: string): Refusal {
  return org.settings.hiddenStatus === 403 ? oktaError('E0000006') : notFound(id, type);
}

/** Undefined if the caller sees everything. */
function visibleGroups({ org, principal }: Call): string[] | undefined {
  const isServiceApp = principal.clientId !== undefined && principal.userId === undefined;
  const { visibleGroups: ids } = org.settings;
  return isServiceApp && ids !== '' ? ids.split(',') : undefined;
}
