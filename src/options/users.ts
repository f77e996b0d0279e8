import { defineOptions } from '../define.ts';
import { expression } from '../resources/expression.ts';
import { optionsPage } from './page.ts';

const SEARCHED = ['profile.firstName', 'profile.lastName', 'profile.login', 'profile.email'];

export const users = defineOptions({
  key: 'users',
  title: 'Users',
  scopes: ['okta.users.read'],
  fills: ['userId'],
  load(context, { search, cursor }) {
    // Not `q`: that gives one page only, and the rest could never be chosen.
    const begins =
      search &&
      SEARCHED.map((attribute) => expression({ attribute, operator: 'sw', value: search })).join(' or ');
    return optionsPage(
      context,
      '/api/v1/users',
      { cursor, query: { search: begins || undefined, limit: 50 } },
      (user) => {
        const { firstName, lastName, login } = user.profile as Record<string, string | null | undefined>;
        const name = [firstName, lastName].filter(Boolean).join(' ');
        return name ? `${name} (${login})` : (login ?? '');
      },
    );
  },
});
