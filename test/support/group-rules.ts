import type { Org } from './arrange.ts';

/** An expression that matches the users of this org with this department. */
export const department = (org: Org, name: string) => `user.department=="${name} ${org.run}"`;

/** Creates a group rule and its group; `name` is unique within a scenario. */
export async function groupRule(org: Org, { name = 'Sales', active = false, exclude = [] as string[] } = {}) {
  const group = await org.group(`${name} staff`);
  const rule = await org.api('POST', '/api/v1/groups/rules', {
    type: 'group_rule',
    name: `${name} rule ${org.run}`,
    conditions: {
      people: { users: { exclude } },
      expression: { type: 'urn:okta:expression:1.0', value: department(org, name) },
    },
    actions: { assignUserToGroups: { groupIds: [group.id] } },
  });
  const path = `/api/v1/groups/rules/${rule.id}`;
  if (active) await org.api('POST', `${path}/lifecycle/activate`);
  return { group, path, id: rule.id as string, name: rule.name as string };
}
