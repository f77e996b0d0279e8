import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { withoutHeaderValues } from '../../resources/hook-channel.ts';
import { inlineHook, inlineHookSchema } from '../../resources/inline-hook/resource.ts';
import { field, limit } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

export const listInlineHooks = defineAction({
  key: 'list_inline_hooks',
  resource: inlineHook,
  title: 'List inline hooks',
  description:
    'Lists the inline hooks of the org: the services that Okta asks while it issues tokens, imports or registers people. The values of their headers are left out.',
  docsUrl: docsOf('InlineHook', 'listInlineHooks'),
  scopes: ['okta.inlineHooks.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    type: field(
      labelled(
        z.enum([
          'com.okta.import.transform',
          'com.okta.oauth2.tokens.transform',
          'com.okta.saml.tokens.transform',
          'com.okta.telephony.provider',
          'com.okta.user.credential.password.import',
          'com.okta.user.pre-registration',
        ]),
        {
          'com.okta.import.transform': 'User import',
          'com.okta.oauth2.tokens.transform': 'Token',
          'com.okta.saml.tokens.transform': 'SAML assertion',
          'com.okta.telephony.provider': 'Telephony',
          'com.okta.user.credential.password.import': 'Password import',
          'com.okta.user.pre-registration': 'Registration',
        },
      ).optional(),
      'Type',
      'Only hooks of this type.',
      'com.okta.oauth2.tokens.transform',
    ),
    limit,
  }),
  output: z.array(inlineHookSchema),
  calls: ['GET /api/v1/inlineHooks'],
  async *stream(context, { type, limit }) {
    const answer = needsOf(inlineHookSchema);
    const hooks = context.list(
      { method: 'GET', path: '/api/v1/inlineHooks', query: { type }, answer },
      limit,
    );
    for await (const hook of hooks) yield withoutHeaderValues(hook);
  },
  sample: {
    input: { type: 'com.okta.oauth2.tokens.transform' },
    output: [
      {
        ...{ id: 'cal1abcdefghijklmnop', name: 'Claims from the CRM', status: 'ACTIVE' },
        ...{ type: 'com.okta.oauth2.tokens.transform', version: '1.0.0' },
        channel: {
          type: 'HTTP',
          version: '1.0.0',
          config: { uri: 'https://hooks.acme.test/in', method: 'POST' },
        },
      },
    ],
  },
});
