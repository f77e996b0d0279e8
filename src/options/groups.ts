import { z } from 'zod';
import { defineOptions } from '../define.ts';
import { expression } from '../resources/expression.ts';
import { optionsPage } from './page.ts';

const answer = z.object({ id: z.string(), profile: z.object({ name: z.string() }) });

export const groups = defineOptions({
  key: 'groups',
  title: 'Groups',
  scopes: ['okta.groups.read'],
  fills: ['groupId', 'groupIds'],
  load(context, { search, cursor }) {
    const byName = search && expression({ attribute: 'profile.name', operator: 'co', value: search });
    return optionsPage(
      context,
      { path: '/api/v1/groups', query: { search: byName || undefined, limit: 50 }, answer },
      cursor,
      (group) => group.profile.name,
    );
  },
});
