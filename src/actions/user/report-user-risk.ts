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
import { field } from '../../schema/fields.ts';

const { userId, ...further } = reportFields;
const level = (title: string, description: string, example: 'low' | 'high') =>
  field(z.enum(['low', 'medium', 'high', 'secure', 'none']), title, description, example);

export const reportUserRisk = defineAction({
  key: 'report_user_risk',
  resource: user,
  noun: 'user risk',
  job: 'incident',
  title: 'Report user risk',
  description:
    'Tells Okta that the risk of a user has changed, as a signed event of a security events provider (Shared Signals), for example from an EDR or SIEM. Okta weighs it and lets policies act. Needs Identity Threat Protection.',
  docsUrl: docsOf('SSFSecurityEventToken', 'publishSecurityEventTokens'),
  scopes: [...REPORT_SCOPES],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    userId,
    currentLevel: level('Current level', 'The risk now.', 'high'),
    previousLevel: level('Previous level', 'The risk before.', 'low'),
    ...further,
  }),
  output: reportOutput,
  calls: REPORT_CALLS,
  run: (context, { currentLevel, previousLevel, ...report }) =>
    reportSecurityEvent(context, report, {
      type: 'https://schemas.okta.com/secevent/okta/event-type/user-risk-change',
      members: { current_level: currentLevel, previous_level: previousLevel },
    }),
  sample: {
    input: {
      ...{ userId: 'ana.ruiz@acme.test', currentLevel: 'high', previousLevel: 'low' },
      ...{ reason: 'Malware found on the laptop', issuer: 'https://edr.acme.test', keyId: 'key-1' },
      privateKey: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----\n',
    },
    output: {
      userId: '00u1abcdefghijklmnop',
      providerId: 'sse1abcdefghijklmnop',
      eventId: '3q2-7wAAAAAAAAAAAAAAAA',
    },
  },
});
