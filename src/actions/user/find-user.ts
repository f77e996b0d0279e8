import { z } from 'zod';
import { type ActionContext, defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { expression } from '../../resources/expression.ts';
import { user } from '../../resources/user/resource.ts';
import { userSample, userSchema } from '../../resources/user/schema.ts';
import { type UserObject, userByLogin } from '../../resources/user/write.ts';
import { field } from '../../schema/fields.ts';

const MOST = 10;
const text = z.string().trim().min(1).optional();

export const findOneUser = defineAction({
  key: 'find_user',
  resource: user,
  title: 'Find user',
  description:
    'Finds one user by login, e-mail address or the beginning of a name. That there is none is no error; if there are several, the output has their ids and no user.',
  docsUrl: docsOf('User', 'listUsers'),
  scopes: ['okta.users.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    login: field(text, 'Login', 'The exact login.', 'ana.ruiz@acme.test'),
    email: field(text, 'E-mail', 'Instead of the login: the exact primary e-mail address.', 'ana@acme.test'),
    search: field(
      text,
      'Search text',
      'Instead of the login: the beginning of a first name, last name or e-mail address. Deactivated users are left out.',
      'ana',
    ),
  }),
  output: z.looseObject({
    found: field(z.boolean(), 'Found', 'Whether there is at least one such user.', true),
    several: field(z.boolean(), 'Several', 'Whether there is more than one.', false),
    userIds: field(z.array(z.string()), 'User IDs', `Ids of the users found, at most ${MOST}.`, [
      '00u1abcdefghijklmnop',
    ]),
    user: field(userSchema.optional(), 'User', 'The user, if there is exactly one.', userSample),
  }),
  calls: ['GET /api/v1/users/{userId}', 'GET /api/v1/users'],
  async run(context, input) {
    const users = await found(context, input);
    const userIds = users.map(({ id }) => id);
    const [only, ...others] = users;
    const several = others.length > 0;
    return { found: only !== undefined, several, userIds, ...(only && !several ? { user: only } : {}) };
  },
  sample: {
    input: { email: 'ana.ruiz@acme.test' },
    output: { found: true, several: false, userIds: [userSample.id], user: userSample },
  },
});

type Wanted = { login?: string; email?: string; search?: string };

async function found(context: ActionContext, { login, email, search }: Wanted): Promise<UserObject[]> {
  if ([login, email, search].filter((one) => one !== undefined).length !== 1)
    throw new InputError('Give exactly one of login, email and search');
  if (login !== undefined) return [(await userByLogin(context, login)) ?? []].flat();
  if (search !== undefined) return listed(context, { q: search });
  const condition = expression({ attribute: 'profile.email', operator: 'eq', value: email });
  // filter reads live data but is case-sensitive; search is not, but lags by seconds.
  const both = [
    ...(await listed(context, { filter: condition })),
    ...(await listed(context, { search: condition })),
  ];
  return [...new Map(both.map((one) => [one.id, one])).values()];
}

async function listed(context: ActionContext, query: Record<string, string>): Promise<UserObject[]> {
  const call = { path: '/api/v1/users', query: { ...query, limit: MOST }, answer: needsOf(userSchema) };
  return (await context.page({ method: 'GET', ...call })).items;
}
