import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { changed, field, secret } from '../../schema/fields.ts';
import { addSecret, dropOldSecrets, SECRETS } from '../../sso/credentials/secrets.ts';

export const rotateClientSecret = defineAction({
  key: 'rotate_client_secret',
  resource: app,
  noun: 'credential',
  title: 'Rotate client secret',
  description:
    'Replaces the secret of an OAuth client without a gap. begin adds a second secret: both are valid, and the application gets the new one. finish, run when it uses that, switches the old one off and deletes it. Nothing is left to do for a phase that has been done.',
  docsUrl: docsOf('ApplicationSSOPublicKeys', 'createOAuth2ClientSecret'),
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  effectWhen: [{ when: { phase: { is: ['begin'] } }, effect: { destructive: false } }],
  input: z.strictObject({
    appId: ref(app),
    phase: field(
      z.enum(['begin', 'finish']).default('begin'),
      'Phase',
      'begin: add the new secret; finish: delete the old one, which then no longer works.',
      'finish',
    ),
  }),
  output: z.looseObject({
    appId: field(z.string(), 'App ID', 'Id of the app.', '0oa1abcdefghijklmnop'),
    clientSecret: secret(
      field(
        z.string().optional(),
        'Client secret',
        'The new one, only from the run that adds it: store it now.',
      ),
    ),
    secrets: field(
      z.array(z.looseObject({ id: z.string(), status: z.string(), created: z.string().nullish() })),
      'Secrets',
      'Those that the client has afterwards, oldest first, without their values.',
      [{ id: 'ocs1abcdefghijklmnop', status: 'ACTIVE', created: '2026-01-02T03:04:05.000Z' }],
    ),
    changed,
  }),
  calls: [
    `GET ${SECRETS}`,
    `POST ${SECRETS}`,
    `POST ${SECRETS}/{secretId}/lifecycle/deactivate`,
    `DELETE ${SECRETS}/{secretId}`,
  ],
  async run(context, { appId: reference, phase }) {
    const appId = await appIdOf(context, reference);
    const done = await (phase === 'begin' ? addSecret(context, appId) : dropOldSecrets(context, appId));
    const secrets = done.secrets.map(({ id, status, created }) => ({ id, status, created }));
    return { appId, ...done, secrets };
  },
  sample: {
    input: { appId: 'OneDesk', phase: 'begin' },
    output: {
      appId: '0oa1abcdefghijklmnop',
      secrets: [
        { id: 'ocs1abcdefghijklmnop', status: 'ACTIVE', created: '2026-01-02T03:04:05.000Z' },
        { id: 'ocs2abcdefghijklmnop', status: 'ACTIVE', created: '2026-06-02T03:04:05.000Z' },
      ],
      changed: true,
    },
  },
});
