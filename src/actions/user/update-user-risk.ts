import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userRef } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { USER_RISK, userRisk } from '../../resources/user/risk.ts';
import { changed, field } from '../../schema/fields.ts';

export const updateUserRisk = defineAction({
  key: 'update_user_risk',
  resource: user,
  noun: 'user risk',
  job: 'incident',
  title: 'Update user risk',
  description:
    'Sets the risk level of a user, unless the user has it. A new level can make policies act at once, for example sign the user out. Needs Identity Threat Protection.',
  docsUrl: docsOf('UserRisk', 'upsertUserRisk'),
  scopes: ['okta.userRisk.manage', 'okta.userRisk.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    userId: ref(user),
    riskLevel: field(z.enum(['HIGH', 'MEDIUM', 'LOW']), 'Risk level', 'HIGH, MEDIUM or LOW.', 'HIGH'),
    riskReason: field(
      z
        .string()
        .max(500)
        .regex(
          /^[A-Za-z0-9\s\-,.]*$/,
          'must consist of letters A to Z, digits, spaces, hyphens, commas and periods',
        )
        .optional(),
      'Reason',
      'Why: up to 500 letters A to Z, digits, spaces, hyphens, commas and periods.',
      'Reported by the security team, case 4711',
    ),
  }),
  output: userRisk.extend({ changed }),
  calls: [`GET ${USER_RISK}`, `PUT ${USER_RISK}`],
  async run(context, { userId, riskLevel, riskReason }) {
    const call = { path: USER_RISK, params: { userId: await userRef(context, userId) }, answer: userRisk };
    const { json: known } = await context.call({ method: 'GET', ...call });
    const isSo = known.riskLevel === riskLevel && (riskReason === undefined || known.reason === riskReason);
    if (isSo) return { ...known, changed: false };
    const { json } = await context.call({ method: 'PUT', ...call, body: { riskLevel, riskReason } });
    return { ...json, changed: true };
  },
  sample: {
    input: { userId: 'ana.ruiz@acme.test', riskLevel: 'HIGH', riskReason: 'Stolen laptop' },
    output: { riskLevel: 'HIGH', reason: 'Stolen laptop', changed: true },
  },
});
