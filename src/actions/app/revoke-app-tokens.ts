import { z } from 'zod';
import { type ActionContext, type ApiCall, defineAction } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { identified } from '../../resources/answers.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { change, changeOutput, GONE } from '../../resources/changes.ts';
import { collect } from '../../resources/collect.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/apps/{appId}/tokens';
const one = `${path}/{tokenId}` as const;

export const revokeAppTokens = defineAction({
  key: 'revoke_app_tokens',
  resource: app,
  noun: 'token',
  title: "Revoke app's tokens",
  description:
    'Revokes the refresh tokens of an OAuth app, all or one, and the access tokens that came with them: people have to sign in to the app again. Access tokens of apps without sign-in stay.',
  docsUrl: docsOf('ApplicationTokens', 'revokeOAuth2TokensForApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({
    appId: ref(app),
    tokenId: field(
      z.string().min(1).optional(),
      'Token',
      'Id of one refresh token; if omitted, all are revoked.',
      'oar1abcdefghijklmnop',
    ),
  }),
  output: changeOutput({ appId: app }).extend({
    revoked: field(z.array(z.string()), 'Revoked', 'Ids of the refresh tokens that were revoked.', [
      'oar1abcdefghijklmnop',
    ]),
  }),
  calls: [`GET ${path}`, `DELETE ${path}`, `GET ${one}`, `DELETE ${one}`],
  async run(context, { appId: reference, tokenId }) {
    const appId = await appIdOf(context, reference);
    const call: Pick<ApiCall, 'path' | 'params'> =
      tokenId === undefined ? { path, params: { appId } } : { path: one, params: { appId, tokenId } };
    const found = await tokensAt(context, call);
    if (found.length === 0) return { appId, changed: false, revoked: [] };
    // All go with one call: the list of them lacked some at times.
    await change(context, { method: 'DELETE', ...call }, [GONE]);
    return { appId, changed: true, revoked: found.map(({ id }) => id) };
  },
  sample: {
    input: { appId: 'Nightly sync' },
    output: { appId: '0oa1abcdefghijklmnop', changed: true, revoked: ['oar1abcdefghijklmnop'] },
  },
});

/** All tokens of an app, or the one that is asked for; none if it is gone. */
async function tokensAt(context: ActionContext, call: Pick<ApiCall, 'path' | 'params'>) {
  if (call.path === path)
    return collect(context.list({ method: 'GET', ...call, query: { limit: 200 }, answer: identified }));
  try {
    return [(await context.call({ method: 'GET', ...call, answer: identified })).json];
  } catch (error) {
    if (isOktaError(error) && error.oktaCode === GONE) return [];
    throw error;
  }
}
