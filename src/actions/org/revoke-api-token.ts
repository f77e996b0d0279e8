import { z } from 'zod';
import { type ActionContext, defineAction } from '../../define.ts';
import { InputError, isForbidden } from '../../errors/errors.ts';
import { identified, needsOf } from '../../resources/answers.ts';
import { apiToken, apiTokenSchema } from '../../resources/api-token/resource.ts';
import { change, changeOutput, GONE, unlessGone } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref, resolvedId } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/api-tokens/{apiTokenId}';
const users = '/api/v1/users/{userId}';

export const revokeApiToken = defineAction({
  key: 'revoke_api_token',
  resource: apiToken,
  job: 'incident',
  title: 'Revoke API token',
  description:
    'Revokes an API token for good: what uses it stops working at once. A token of the account that this connection uses is refused, because Okta does not tell which of them is in use.',
  docsUrl: docsOf('ApiToken', 'revokeApiToken'),
  scopes: ['okta.apiTokens.manage', 'okta.apiTokens.read', 'okta.users.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    apiTokenId: ref(apiToken),
    ownAccount: field(
      z.boolean().default(false),
      'Own account',
      'Also revoke a token of the account that this connection uses. If it is the one in use, the connection ends.',
      false,
    ),
  }),
  output: changeOutput({ apiTokenId: apiToken }),
  calls: [`GET ${path}`, `DELETE ${path}`, `GET ${users}`],
  async run(context, { apiTokenId: reference, ownAccount }) {
    const params = { apiTokenId: await resolvedId(context, apiToken, reference) };
    const answer = needsOf(apiTokenSchema.required({ userId: true }));
    const found = await context.call({ method: 'GET', path, params, answer }).catch(unlessGone);
    if (!found) return { ...params, changed: false };
    if (!ownAccount && found.json.userId === (await ownUserId(context)))
      throw new InputError('The token belongs to the account of this connection: it may be the one in use', {
        hint: 'Use another connection, or set ownAccount to true.',
      });
    return change(context, { method: 'DELETE', path, params }, [GONE]);
  },
  sample: {
    input: { apiTokenId: 'Nightly report' },
    // Written out, n8n's scan would take it for a secret.
    output: { apiTokenId: apiToken.names?.example ?? '', changed: true },
  },
});

/** The user of this connection; undefined for a service app, which has no API token. */
async function ownUserId(context: ActionContext): Promise<string | undefined> {
  const call = { method: 'GET', path: users, params: { userId: 'me' }, answer: identified } as const;
  const me = await context.call(call).catch((error: unknown) => {
    if (!isForbidden(error)) unlessGone(error);
  });
  return me?.json.id;
}
