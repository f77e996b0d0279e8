import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { group } from '../../resources/group/resource.ts';
import { ref } from '../../resources/reference.ts';
import { field, limit } from '../../schema/fields.ts';

const assigned = z.looseObject({
  id: field(z.string(), 'App ID', 'Unique id.', '0oa1abcdefghijklmnop'),
  label: field(z.string().optional(), 'Label', 'Display name.', 'Acme CRM'),
  name: field(z.string().optional(), 'Name', "Okta's name of the kind of app.", 'oidc_client'),
  status: field(z.string().optional(), 'Status', 'ACTIVE or INACTIVE.', 'ACTIVE'),
  signOnMode: field(z.string().optional(), 'Sign-on mode', 'How people sign in.', 'OPENID_CONNECT'),
});

export const listGroupApps = defineAction({
  key: 'list_group_apps',
  resource: group,
  noun: 'app',
  title: "List group's apps",
  description: 'Lists the apps that are assigned to a group, over all pages.',
  docsUrl: docsOf('Group', 'listAssignedApplicationsForGroup'),
  scopes: ['okta.groups.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ groupId: ref(group), limit }),
  output: z.array(assigned),
  // Okta's default is 20 and its maximum is not documented.
  request: { method: 'GET', path: '/api/v1/groups/{groupId}/apps', pageSize: 200 },
  sample: {
    input: { groupId: 'Sales EU' },
    output: [
      {
        id: '0oa1abcdefghijklmnop',
        label: 'Acme CRM',
        name: 'oidc_client',
        status: 'ACTIVE',
        signOnMode: 'OPENID_CONNECT',
      },
    ],
  },
});
