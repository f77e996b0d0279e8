import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { choicesPage } from '../choices.ts';
import { expression } from '../expression.ts';
import { groupIdOf } from './reference.ts';
import { groupSchema } from './schema.ts';

const named = z.object({ id: z.string(), profile: z.object({ name: z.string() }) });

export const group = defineResource({
  key: 'group',
  title: 'Group',
  job: 'groups',
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
      return choicesPage(
        context,
        { path: '/api/v1/groups', query, answer: named },
        cursor,
        (one) => one.profile.name,
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
    required: ['name'],
  },
});
