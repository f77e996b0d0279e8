import { z } from 'zod';
import { group } from '../../resources/group/resource.ts';
import { refs } from '../../resources/reference.ts';
import { dryRunInput } from '../../resources/story/record.ts';
import { user } from '../../resources/user/resource.ts';
import { field } from '../../schema/fields.ts';
import { groupsInput } from './groups.ts';

const references = z.array(z.string().min(1)).max(1_000).optional();

/** What both kinds of set-up take. */
export const setUpInput = {
  groups: groupsInput,
  assignGroups: refs(
    group,
    field(references, 'Assign groups', 'Ids or exact names of groups whose members may sign in.', [
      'Sales EU',
    ]),
  ),
  assignUsers: refs(
    user,
    field(references, 'Assign users', 'Ids or logins of users who may sign in.', ['ana.ruiz@acme.test']),
  ),
  takeOver: field(
    z.boolean().default(false),
    'Take over',
    'Take an app that has the label but was set up by other means, and change it as given here.',
    true,
  ),
  dryRun: dryRunInput,
};

export const warningsField = field(z.array(z.string()), 'Warnings', 'What works, but deserves a look.', [
  'No sign-out URI is registered: signing out ends on an error page of Okta.',
]);

export const readyField = field(
  z.boolean(),
  'Ready for automatic redirect',
  'Whether somebody is assigned, themselves or by a group, and all of the assigned can sign in. Test a sign-in all the same before the application redirects everybody.',
  true,
);
