import { z } from 'zod';
import { field } from '../../schema/fields.ts';

const ids = z.strictObject({ ids: z.array(z.string().min(1)).min(1) });

/** The sign-in that a simulation imagines. */
export const policyContext = field(
  z
    .strictObject({
      user: field(z.strictObject({ id: z.string().min(1) }).optional(), 'User', 'Id of the user.', {
        id: '00u1abcdefghijklmnop',
      }),
      groups: field(ids.optional(), 'Groups', 'Ids of groups that the user is in, instead of a user.', {
        ids: ['00g1abcdefghijklmnop'],
      }),
      risk: field(
        z.strictObject({ level: z.enum(['LOW', 'MEDIUM', 'HIGH']) }).optional(),
        'Risk',
        'Risk of the sign-in.',
        { level: 'LOW' },
      ),
      ip: field(z.string().min(1).optional(), 'IP address', 'From where the user signs in.', '203.0.113.7'),
      zones: field(ids.optional(), 'Zones', 'Ids of network zones that the user is in.', {
        ids: ['nzo1abcdefghijklmnop'],
      }),
      device: field(
        z
          .strictObject({
            platform: z.string().min(1).optional(),
            registered: z.boolean().optional(),
            managed: z.boolean().optional(),
            assuranceId: z.string().min(1).optional(),
          })
          .optional(),
        'Device',
        'The device, such as an IOS device that is registered.',
        { platform: 'IOS', registered: true },
      ),
    })
    .refine(({ user, groups }) => !(user && groups), 'takes a user or groups, not both')
    .optional(),
  'Sign-in',
  'Who signs in and how. A condition about something that is not given stays undecided.',
  { user: { id: '00u1abcdefghijklmnop' } },
);

const verdict = z.looseObject({
  id: z.string().optional(),
  name: z.string().nullish(),
  status: z.string().nullish(),
});
const policies = z.looseObject({
  policies: z.array(verdict.extend({ rules: z.array(verdict).nullish() })),
});

/** What a simulation found, by type of policy. */
export const simulationSchema = z.looseObject({
  evaluation: field(
    z.array(z.looseObject({ policyType: z.string(), result: policies })),
    'Evaluation',
    'For each type, the policy and the rule that decide, each with MATCH as its status.',
    [{ policyType: 'ACCESS_POLICY', result: { policies: [] } }],
  ),
});
