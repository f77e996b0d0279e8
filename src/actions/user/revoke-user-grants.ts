import { z } from 'zod';
import { type ApiCall, defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { acknowledged, identified } from '../../resources/answers.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { USER_GRANTS, userGrant } from '../../resources/user/grant.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userChange } from '../../resources/user/status.ts';
import { field } from '../../schema/fields.ts';

const OF_CLIENT = '/api/v1/users/{userId}/clients/{clientId}';

export const revokeUserGrants = defineAction({
  key: 'revoke_user_grants',
  resource: user,
  job: 'incident',
  title: 'Revoke user grants',
  description:
    'Revokes consents of a user: all of them, those for one app, or a single one. Tokens are something else and stay valid; revokeTokens also revokes the refresh tokens of the app.',
  docsUrl: docsOf('UserGrant', 'revokeUserGrants'),
  scopes: ['okta.users.manage', 'okta.users.read', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    userId: ref(user),
    clientId: ref(app, {
      title: 'Client',
      description:
        'Client ID or exact label of the app. If neither this nor a grant is given, all grants are revoked.',
    }).optional(),
    grantId: field(
      z.string().min(1).optional(),
      'Grant',
      'Id of a single grant, instead of a client.',
      'oag1abcdefghijklmnop',
    ),
    revokeTokens: field(
      z.boolean().default(false),
      'Revoke tokens',
      'Also revoke the refresh tokens of the client, with the access tokens that belong to them.',
      false,
    ),
  }),
  output: userChange.extend({
    steps: field(z.array(z.enum(['grants revoked', 'tokens revoked'])), 'Steps', 'What this call did.', [
      'grants revoked',
    ]),
  }),
  calls: [
    'GET /api/v1/users/{userId}/grants',
    'DELETE /api/v1/users/{userId}/grants',
    'DELETE /api/v1/users/{userId}/grants/{grantId}',
    'DELETE /api/v1/users/{userId}/clients/{clientId}/grants',
    'GET /api/v1/users/{userId}/clients/{clientId}/tokens',
    'DELETE /api/v1/users/{userId}/clients/{clientId}/tokens',
  ],
  async run(context, { userId: reference, clientId: client, grantId, revokeTokens }) {
    if (client !== undefined && grantId !== undefined)
      throw new InputError('clientId and grantId exclude each other', { hint: 'Give one of the two.' });
    if (revokeTokens && client === undefined)
      throw new InputError('revokeTokens needs clientId', {
        hint: 'To revoke all tokens of a user, use clear_user_sessions with oauthTokens.',
      });
    const userId = await userRef(context, reference);
    const clientId = client === undefined ? undefined : await appIdOf(context, client);
    const isMeant = (grant: z.output<typeof userGrant>) =>
      grantId === undefined ? clientId === undefined || grant.clientId === clientId : grant.id === grantId;
    await context.step('grants revoked', async () => {
      // Okta answers alike whether there was anything to revoke or not.
      const grants = { method: 'GET', path: USER_GRANTS, params: { userId }, query: { limit: 200 } } as const;
      for await (const grant of context.list({ ...grants, answer: userGrant })) {
        if (!isMeant(grant)) continue;
        await context.call({ method: 'DELETE', ...revoked(userId, clientId, grantId), answer: acknowledged });
        return;
      }
      return { changed: false };
    });
    if (revokeTokens && clientId !== undefined)
      await context.step('tokens revoked', async () => {
        const tokens = { path: `${OF_CLIENT}/tokens`, params: { userId, clientId } };
        const known = await context.page({
          method: 'GET',
          ...tokens,
          query: { limit: 1 },
          answer: identified,
        });
        if (known.items.length === 0) return { changed: false };
        return context.call({ method: 'DELETE', ...tokens, answer: acknowledged });
      });
    const steps = [...context.steps] as ('grants revoked' | 'tokens revoked')[];
    return { userId: reference, changed: steps.length > 0, steps };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', clientId: '0oa1abcdefghijklmnop', revokeTokens: true },
    output: { userId: 'ana.ruiz@acme.test', changed: true, steps: ['grants revoked', 'tokens revoked'] },
  },
});

function revoked(
  userId: string,
  clientId: string | undefined,
  grantId: string | undefined,
): Pick<ApiCall, 'path' | 'params'> {
  if (grantId !== undefined) return { path: `${USER_GRANTS}/{grantId}`, params: { userId, grantId } };
  if (clientId !== undefined) return { path: `${OF_CLIENT}/grants`, params: { userId, clientId } };
  return { path: USER_GRANTS, params: { userId } };
}
