import { defineOptions } from '../define.ts';
import { expression } from '../resources/expression.ts';
import { optionsPage } from './page.ts';

export const groups = defineOptions({
  key: 'groups',
  title: 'Groups',
  scopes: ['okta.groups.read'],
  fills: ['groupId', 'groupIds'],
  load(context, { search, cursor }) {
    const byName = search && expression({ attribute: 'profile.name', operator: 'co', value: search });
    return optionsPage(
      context,
      '/api/v1/groups',
      { cursor, query: { search: byName || undefined, limit: 50 } },
      (group) => String((group.profile as { name?: string }).name),
    );
  },
});
