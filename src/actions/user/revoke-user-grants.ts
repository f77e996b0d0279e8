import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { REVOCATIONS, revokeClientTokens, revokeGrants } from '../../resources/user/grant.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userChange } from '../../resources/user/status.ts';
import { field } from '../../schema/fields.ts';

export const revokeUserGrants = defineAction({
  key: 'revoke_user_grants',
  resource: user,
  noun: 'grant',
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
  calls: REVOCATIONS,
  async run(context, { userId: reference, clientId: client, grantId, revokeTokens }) {
    if (client !== undefined && grantId !== undefined)
      throw new InputError('clientId and grantId exclude each other', { hint: 'Give one of the two.' });
    if (revokeTokens && client === undefined)
      throw new InputError('revokeTokens needs clientId', {
        hint: 'To revoke all tokens of a user, use clear_user_sessions with oauthTokens.',
      });
    const userId = await userRef(context, reference);
    const clientId = client && (await appIdOf(context, client));
    await context.step('grants revoked', () => revokeGrants(context, { userId, clientId, grantId }));
    if (revokeTokens && clientId)
      await context.step('tokens revoked', () => revokeClientTokens(context, { userId, clientId }));
    const steps = [...context.steps] as ('grants revoked' | 'tokens revoked')[];
    return { userId: reference, changed: steps.length > 0, steps };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', clientId: '0oa1abcdefghijklmnop', revokeTokens: true },
    output: { userId: 'ana.ruiz@acme.test', changed: true, steps: ['grants revoked', 'tokens revoked'] },
  },
});
