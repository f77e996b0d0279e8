import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { user } from '../../resources/user/resource.ts';
import {
  REPORT_CALLS,
  REPORT_SCOPES,
  reportFields,
  reportOutput,
  reportSecurityEvent,
} from '../../resources/user/security-event.ts';

export const reportSessionRevoked = defineAction({
  key: 'report_session_revoked',
  resource: user,
  noun: 'session',
  job: 'incident',
  title: 'Report session revoked',
  description:
    'Tells Okta that another system has ended the sessions of a user, as a signed event of a security events provider (Shared Signals). Okta weighs it and lets policies act. Needs Identity Threat Protection.',
  docsUrl: docsOf('SSFSecurityEventToken', 'publishSecurityEventTokens'),
  scopes: [...REPORT_SCOPES],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject(reportFields),
  output: reportOutput,
  calls: REPORT_CALLS,
  run: (context, report) =>
    reportSecurityEvent(context, report, {
      type: 'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
    }),
  sample: {
    input: {
      ...{ userId: 'ana.ruiz@acme.test', reason: 'Signed out by the VPN' },
      ...{ issuer: 'https://edr.acme.test', keyId: 'key-1' },
      privateKey: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----\n',
    },
    output: {
      userId: '00u1abcdefghijklmnop',
      providerId: 'sse1abcdefghijklmnop',
      eventId: '3q2-7wAAAAAAAAAAAAAAAA',
    },
  },
});
