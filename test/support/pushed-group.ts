import type { Org } from './arrange.ts';

type Pushed = Record<'group' | 'id' | 'created' | 'targetGroupId', string>;

/** A group that is pushed to an app. */
export async function pushed(
  org: Org,
  app: { id: string },
  name: string,
  status = 'ACTIVE',
): Promise<Pushed> {
  const group = await org.group(name);
  const path = `/api/v1/apps/${app.id}/group-push/mappings`;
  const body = { sourceGroupId: group.id, targetGroupName: `${name} in the CRM`, status };
  const { id, created, targetGroupId } = await org.api('POST', path, body);
  return { group: group.name, id, created, targetGroupId };
}
