import { expect } from 'vitest';
import { newApp } from '../support/app.ts';
import type { Org } from '../support/arrange.ts';
import { pushed } from '../support/pushed-group.ts';
import { scenario } from '../support/scenario.ts';

async function onePushed(org: Org, status?: string) {
  const { id: appId, label } = await newApp(org);
  return { appId, label, ...(await pushed(org, { id: appId }, 'Field sales', status)) };
}

export default [
  scenario('delete_group_push_mapping', {
    name: 'deactivates and deletes the mapping of a group',
    arrange: (org) => onePushed(org),
    input: ({ label, group }) => ({ appId: label, mappingId: group, deleteTargetGroup: false }),
    check: (output, { appId, id }) => expect(output).toEqual({ appId, mappingId: id, changed: true }),
  }),
  scenario('delete_group_push_mapping', {
    name: 'deletes an inactive mapping with its target',
    arrange: (org) => onePushed(org, 'INACTIVE'),
    input: ({ appId, id }) => ({ appId, mappingId: id, deleteTargetGroup: true }),
    check: (output) => expect(output).toMatchObject({ changed: true }),
  }),
  scenario('delete_group_push_mapping', {
    name: 'deletes a mapping whose push fails',
    async arrange(org) {
      const mapping = await onePushed(org);
      await org.api('POST', `/api/v1/apps/${mapping.appId}/lifecycle/deactivate`);
      return mapping;
    },
    input: ({ appId, id }) => ({ appId, mappingId: id, deleteTargetGroup: false }),
    check: (output) => expect(output).toMatchObject({ changed: true }),
  }),
  scenario('delete_group_push_mapping', {
    name: 'sees that a mapping is gone',
    async arrange(org) {
      const { appId, id } = await onePushed(org, 'INACTIVE');
      await org.api('DELETE', `/api/v1/apps/${appId}/group-push/mappings/${id}?deleteTargetGroup=false`);
      return { appId, id };
    },
    input: ({ appId, id }) => ({ appId, mappingId: id, deleteTargetGroup: false }),
    check: (output) => expect(output).toMatchObject({ changed: false }),
  }),
];
