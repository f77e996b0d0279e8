import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { identified } from '../../resources/answers.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { change, changeOutput, GONE } from '../../resources/changes.ts';
import { collect } from '../../resources/collect.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field } from '../../schema/fields.ts';

const path = '/api/v1/apps/{appId}/tokens';

export const revokeAppTokens = defineAction({
  key: 'revoke_app_tokens',
  resource: app,
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
  calls: [`GET ${path}`, `DELETE ${path}`, `DELETE ${path}/{tokenId}`],
  async run(context, { appId: reference, tokenId }) {
    const appId = await appIdOf(context, reference);
    const call = { method: 'DELETE', path, params: { appId } } as const;
    if (tokenId !== undefined) {
      const one = { ...call, path: `${path}/{tokenId}`, params: { appId, tokenId } };
      const { changed } = await change(context, one, [GONE]);
      return { appId, changed, revoked: changed ? [tokenId] : [] };
    }
    // The list is what can be told of the tokens. It was incomplete at times, so the deletion is sent in any case.
    const query = { limit: 200 };
    const tokens = await collect(
      context.list({ method: 'GET', path, params: { appId }, query, answer: identified }),
    );
    await change(context, call, []);
    return { appId, changed: tokens.length > 0, revoked: tokens.map(({ id }) => id) };
  },
  sample: {
    input: { appId: 'Nightly sync' },
    output: { appId: '0oa1abcdefghijklmnop', changed: true, revoked: ['oar1abcdefghijklmnop'] },
  },
});
