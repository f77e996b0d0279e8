import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { customRoleSchema, role } from '../../resources/role/resource.ts';
import { field, limit } from '../../schema/fields.ts';

const path = '/api/v1/iam/roles';

const permissions = z.object({ permissions: z.array(z.looseObject({ label: z.string() })) });

export const listRoles = defineAction({
  key: 'list_roles',
  resource: role,
  title: 'List custom roles',
  description: 'Lists the admin roles that the org defines itself, on request with their permissions.',
  docsUrl: docsOf('RoleECustom', 'listRoles'),
  scopes: ['okta.roles.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    includePermissions: field(
      z.boolean().default(false),
      'Include permissions',
      'Add the permissions of each role; one more request for each.',
      true,
    ),
    limit,
  }),
  output: z.array(
    customRoleSchema.extend({
      permissions: field(
        z.array(z.looseObject({ label: z.string() })).optional(),
        'Permissions',
        'What the role may do, if it was requested.',
        [{ label: 'okta.groups.read' }],
      ),
    }),
  ),
  calls: [`GET ${path}`, `GET ${path}/{roleIdOrLabel}/permissions`],
  async *stream(context, { includePermissions, limit }) {
    const call = { method: 'GET', path, listIn: ['roles'], answer: needsOf(customRoleSchema) } as const;
    for await (const one of context.list(call, limit)) {
      if (!includePermissions) yield one;
      else {
        const params = { roleIdOrLabel: one.id };
        const below = `${path}/{roleIdOrLabel}/permissions`;
        const { json } = await context.call({ method: 'GET', path: below, params, answer: permissions });
        yield { ...one, permissions: json.permissions };
      }
    }
  },
  sample: {
    input: { includePermissions: true },
    output: [
      {
        ...{ id: 'cr01abcdefghijklmnop', label: 'Group reader', description: 'Reads groups' },
        ...{ created: '2026-01-02T03:04:05.000Z', lastUpdated: '2026-01-02T03:04:05.000Z' },
        permissions: [{ label: 'okta.groups.read', conditions: null }],
      },
    ],
  },
});
