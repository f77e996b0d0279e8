import { defineResource } from '../../define.ts';
import { choicesPage } from '../choices.ts';
import { expression } from '../expression.ts';
import { groupIdOf } from './reference.ts';
import { groupSchema } from './schema.ts';

export const group = defineResource({
  key: 'group',
  title: 'Group',
  scopes: ['okta.groups.read'],
  schema: groupSchema,
  one: '/api/v1/groups/{groupId}',
  names: {
    words: 'Id or exact name',
    example: '00g1abcdefghijklmnop',
    handle: 'Sales EU',
    calls: ['GET /api/v1/groups'],
    resolve: groupIdOf,
  },
  choices: {
    key: 'groups',
    title: 'Groups',
    load(context, { search, cursor }) {
      const byName = search && expression({ attribute: 'profile.name', operator: 'co', value: search });
      const query = { search: byName || undefined, limit: 50 };
      return choicesPage(context, '/api/v1/groups', { cursor, query }, ({ profile }) =>
        String((profile as { name?: string }).name),
      );
    },
  },
  table: {
    path: '/api/v1/groups',
    pageSize: 200,
    columns: () => [
      ...['id', 'type', 'created', 'lastUpdated', 'lastMembershipUpdated'],
      ...['profile.name', 'profile.description'],
    ],
    further: ['objectClass', 'source', '_links', '_embedded'],
  },
  attributes: {
    scopes: ['okta.schemas.read'],
    calls: ['GET /api/v1/meta/schemas/group/default'],
    read: (get) => get('/api/v1/meta/schemas/group/default'),
    natural: 'name',
  },
});
