import { z } from 'zod';
import { defineTrigger } from '../../define.ts';
import { app } from '../../resources/app/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import {
  EXPIRING_SCOPES,
  expiringCredential,
  expiringInput,
  expiringSample,
} from '../../sso/credentials/expiring.ts';
import { expiringSource } from '../sources/expiring.ts';

export const credentialExpiring = defineTrigger({
  key: 'credential_expiring',
  resource: app,
  noun: 'credential',
  title: 'Credential expiring',
  description:
    'Fires on a schedule for each credential that ends within some days, once: certificates with which SAML apps sign, client secrets that are older than you allow, and API tokens.',
  docsUrl: docsOf('ApplicationSSOCredentialKey', 'listApplicationKeys'),
  scopes: EXPIRING_SCOPES,
  kind: 'schedule',
  input: z.strictObject(expiringInput),
  output: expiringCredential,
  source: expiringSource,
  sample: { input: { days: 30 }, output: expiringSample },
});
