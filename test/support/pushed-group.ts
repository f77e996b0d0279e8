import type { Org } from './arrange.ts';
import { seededApp } from './seeded-app.ts';

/** A group that is pushed to Acme CRM. @throws NeedsSandbox on a real org. */
export async function pushed(org: Org, name: string, status = 'ACTIVE') {
  const app = await seededApp(org, 'Acme CRM');
  const group = await org.group(name);
  const path = `/api/v1/apps/${app.id}/group-push/mappings`;
  const body = { sourceGroupId: group.id, targetGroupName: `${name} in the CRM`, status };
  const { id, created, targetGroupId } = await org.api('POST', path, body);
  return { appId: app.id, group: group.name, id, created, targetGroupId } as Record<
    'appId' | 'group' | 'id' | 'created' | 'targetGroupId',
    string
  >;
}
