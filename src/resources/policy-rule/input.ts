import { z } from 'zod';
import { field } from '../../schema/fields.ts';
import { isRecord } from '../../schema/record.ts';

type App = Record<string, unknown>;

/** Whether an app is both included and excluded, which Okta refuses since May 2026. */
function contradicts({ app }: Record<string, unknown>): boolean {
  const { include = [], exclude = [] } = (isRecord(app) ? app : {}) as { include?: App[]; exclude?: App[] };
  return include.some((one) =>
    exclude.some(({ type, id, name }) => {
      return type === one.type && id === one.id && name === one.name;
    }),
  );
}

/** Members of a rule that a caller sets. What they contain depends on the type of the policy. */
export const ruleMembers = {
  name: field(z.string().min(1), 'Name', 'Name of the rule.', 'Block contractors'),
  priority: field(
    z.int().min(0).optional(),
    'Priority',
    'Place among the rules; the rules after it move down. A new rule without it comes after all others.',
    1,
  ),
  conditions: field(
    z
      .record(z.string(), z.unknown())
      .refine((given) => !contradicts(given), {
        message: 'the same app is included and excluded; remove it from one of them',
        path: ['app'],
      })
      .optional(),
    'Conditions',
    'When the rule applies, in the form that Okta documents for the type of the policy; always if omitted.',
    { people: { groups: { include: ['00g1abcdefghijklmnop'] } } },
  ),
  actions: field(
    z.record(z.string(), z.unknown()),
    'Actions',
    'What happens, in the form that Okta documents for the type of the policy. Okta writes the types of constraints in lower case: "password".',
    { appSignOn: { access: 'DENY' } },
  ),
};
