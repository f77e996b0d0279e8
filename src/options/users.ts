import { defineOptions } from '../define.ts';
import { optionsPage } from './page.ts';

export const users = defineOptions({
  key: 'users',
  title: 'Users',
  scopes: ['okta.users.read'],
  fills: ['userId'],
  load: (context, { search, cursor }) =>
    optionsPage(
      context,
      '/api/v1/users',
      { cursor, query: search ? { q: search, limit: 50 } : { limit: 50 } },
      (user) => {
        const { firstName, lastName, login } = user.profile as Record<string, string | null | undefined>;
        const name = [firstName, lastName].filter(Boolean).join(' ');
        return name ? `${name} (${login})` : (login ?? '');
      },
    ),
});
