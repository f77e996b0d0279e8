import { z } from 'zod';
import { defineOptions } from '../define.ts';
import { expression } from '../resources/expression.ts';
import { optionsPage } from './page.ts';

const SEARCHED = ['profile.firstName', 'profile.lastName', 'profile.login', 'profile.email'];

const name = z.string().nullish();
const answer = z.object({
  id: z.string(),
  profile: z.object({ firstName: name, lastName: name, login: name }),
});

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
      { path: '/api/v1/users', query: { search: begins || undefined, limit: 50 }, answer },
      cursor,
      ({ profile: { firstName, lastName, login } }) => {
        const name = [firstName, lastName].filter(Boolean).join(' ');
        return name ? `${name} (${login})` : (login ?? '');
      },
    );
  },
});
