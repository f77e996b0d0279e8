import { z } from 'zod';
import { defineTrigger } from '../../define.ts';
import { directory } from '../../resources/directory/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { field } from '../../schema/fields.ts';
import { CHANGE_KINDS } from '../../sync/change.ts';
import { changeFields, mappingField, maxLeaversField } from '../../sync/fields.ts';
import { directorySource } from '../sources/directory/directory-source.ts';

export const directoryChanged = defineTrigger({
  key: 'directory_changed',
  resource: directory,
  noun: 'change',
  title: 'Directory changed',
  description:
    'Fires for each change of users, groups and memberships, mapped: who joined, changed, left, came back, and what a rule gives or takes. Nothing is lost or told twice, and a change that would make too many leave is held back.',
  docsUrl: docsOf('User', 'listUsers'),
  scopes: directory.scopes,
  kind: 'polling',
  input: z.strictObject({
    mapping: mappingField,
    kinds: field(
      z.array(z.enum(CHANGE_KINDS)).min(1).optional(),
      'Kinds of changes',
      'Which changes fire; all if left out.',
      ['user.created', 'user.updated', 'user.deactivated'],
    ),
    existing: field(
      z.boolean().default(false),
      'Begin with what is there',
      'Deliver everybody who is there already, in the first run. Otherwise it only remembers them.',
      true,
    ),
    maxLeavers: maxLeaversField,
    confirmHeld: field(
      z.string().min(1).optional(),
      'Confirm held',
      'When more would leave at once, the trigger fails and names a mark: give it here to deliver what was held. It confirms nothing else.',
      '5f2c9a1e',
    ),
  }),
  output: z.looseObject(changeFields),
  source: directorySource,
  sample: {
    input: { kinds: ['user.created', 'user.updated', 'user.deactivated'] },
    output: {
      ...{ id: 'pWzJ4cXm-17', kind: 'user.updated', key: { userId: '00u2abcdefghijklmnop' } },
      before: { id: '00u2abcdefghijklmnop', login: 'ana.ruiz@acme.test', title: 'Clerk', active: true },
      after: { id: '00u2abcdefghijklmnop', login: 'ana.ruiz@acme.test', title: 'Lead', active: true },
      changed: ['title'],
    },
  },
});
