import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { USER_RISK, userRisk } from '../../resources/user/risk.ts';

export const getUserRisk = defineAction({
  key: 'get_user_risk',
  resource: user,
  noun: 'user risk',
  job: 'incident',
  title: 'Get user risk',
  description: 'Reads the risk level of a user, and the reason for it. Needs Identity Threat Protection.',
  docsUrl: docsOf('UserRisk', 'getUserRisk'),
  scopes: ['okta.userRisk.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ userId: ref(user) }),
  output: userRisk,
  request: { method: 'GET', path: USER_RISK },
  sample: {
    input: { userId: 'ana.ruiz@acme.test' },
    output: { riskLevel: 'HIGH', reason: 'Admin override risk' },
  },
});
