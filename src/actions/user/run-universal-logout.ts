import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { acknowledged } from '../../resources/answers.ts';
import { ref } from '../../resources/reference.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { userChange } from '../../resources/user/status.ts';
import { field } from '../../schema/fields.ts';

export const runUniversalLogout = defineAction({
  key: 'run_universal_logout',
  resource: user,
  job: 'incident',
  title: 'Run universal logout',
  description:
    'Signs a user out everywhere: ends all Okta sessions, revokes all tokens, and tells each app that supports Universal Logout to end its session. Give the user, or the issuer and subject of an identity provider.',
  docsUrl:
    'https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/GlobalTokenRevocation/#tag/GlobalTokenRevocation/operation/globalTokenRevocation',
  scopes: ['okta.universalLogout.manage', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    userId: ref(user).optional(),
    iss: field(
      z.string().min(1).optional(),
      'Issuer',
      'Instead of the user: issuer of the identity provider, a URL for OpenID Connect.',
      'https://idp.acme.test',
    ),
    sub: field(
      z.string().min(1).optional(),
      'Subject',
      'The user as the issuer names it: sub of OpenID Connect, NameID of SAML.',
      'ana.ruiz@acme.test',
    ),
  }),
  output: userChange.partial({ userId: true }),
  calls: ['POST /oauth2/v1/global-token-revocation'],
  async run(context, { userId, iss, sub }) {
    if (userId === undefined ? !iss || !sub : (iss ?? sub) !== undefined)
      throw new InputError('Give either userId, or iss and sub');
    const subject = userId
      ? { format: 'opaque', id: await userIdOf(context, userId) }
      : { format: 'iss_sub', iss, sub };
    const path = '/oauth2/v1/global-token-revocation';
    await context.call({ method: 'POST', path, body: { sub_id: subject }, answer: acknowledged });
    return { ...(userId ? { userId } : {}), changed: true };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test' },
    output: { userId: 'ana.ruiz@acme.test', changed: true },
  },
});
