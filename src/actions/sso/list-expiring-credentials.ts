import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { limit } from '../../schema/fields.ts';
import {
  EXPIRING_CALLS,
  EXPIRING_SCOPES,
  expiringCredential,
  expiringCredentials,
  expiringInput,
  expiringSample,
} from '../../sso/credentials/expiring.ts';

export const listExpiringCredentials = defineAction({
  key: 'list_expiring_credentials',
  resource: app,
  noun: 'credential',
  title: 'List expiring credentials',
  description:
    'Lists the credentials that end within some days or have ended: certificates with which SAML apps sign, client secrets that are older than you allow, and API tokens.',
  docsUrl: docsOf('ApplicationSSOCredentialKey', 'listApplicationKeys'),
  scopes: EXPIRING_SCOPES,
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ ...expiringInput, limit }),
  output: z.array(expiringCredential),
  calls: EXPIRING_CALLS,
  async *stream(context, { limit = Number.POSITIVE_INFINITY, ...wanted }) {
    let told = 0;
    for await (const one of expiringCredentials(context, wanted)) {
      yield one;
      told += 1;
      if (told >= limit) return;
    }
  },
  sample: { input: { days: 30 }, output: [expiringSample] },
});
