import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { choicesPage } from '../choices.ts';
import { expression } from '../expression.ts';
import { otherUserTypes, readUserSchema } from './attributes.ts';
import { userRef } from './reference.ts';
import { userSchema } from './schema.ts';
import { userTable } from './table.ts';

const SEARCHED = ['profile.firstName', 'profile.lastName', 'profile.login', 'profile.email'];

const name = z.string().nullish();
const named = z.object({
  id: z.string(),
  profile: z.object({ firstName: name, lastName: name, login: name }),
});

export const user = defineResource({
  key: 'user',
  title: 'User',
  job: 'people',
  scopes: ['okta.users.read'],
  schema: userSchema,
  one: '/api/v1/users/{userId}',
  names: {
    words: 'Id, login or short name',
    example: '00u1abcdefghijklmnop',
    handle: 'ana.ruiz@acme.test',
    calls: ['GET /api/v1/users', 'GET /api/v1/users/{userId}'],
    resolve: userRef,
  },
  choices: {
    key: 'users',
    title: 'Users',
    load(context, { search, cursor }) {
      // Not `q`: it returns a single page, and the rest could never be chosen.
      const begins =
        search &&
        SEARCHED.map((attribute) => expression({ attribute, operator: 'sw', value: search })).join(' or ');
      const query = { search: begins || undefined, limit: 50 };
      const call = { path: '/api/v1/users', query, answer: named };
      return choicesPage(context, call, cursor, ({ profile: { firstName, lastName, login } }) => {
        const name = [firstName, lastName].filter(Boolean).join(' ');
        return name ? `${name} (${login})` : (login ?? '');
      });
    },
  },
  table: { ...userTable, path: '/api/v1/users', pageSize: 200 },
  attributes: {
    scopes: ['okta.schemas.read'],
    calls: ['GET /api/v1/meta/types/user', 'GET /api/v1/meta/schemas/user/{schemaId}'],
    read: readUserSchema,
    kinds: otherUserTypes,
    natural: 'login',
    required: ['login', 'email', 'firstName', 'lastName'],
  },
});
