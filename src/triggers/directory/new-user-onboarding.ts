import { z } from 'zod';
import { defineTrigger } from '../../define.ts';
import { directory } from '../../resources/directory/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { user } from '../../resources/user/resource.ts';
import { field } from '../../schema/fields.ts';
import { mappedRow, mappingField, missList } from '../../sync/fields.ts';
import { onboardingSource, USER_CREATED } from '../sources/directory/onboarding-source.ts';
import { eventItem } from '../sources/log/event-item.ts';
import { eventSampleOf } from '../sources/log/event-sample.ts';
import { conditionFields } from '../sources/log/log-query.ts';
import { reconcile } from '../sources/log/reconcile.ts';
import { since } from '../sources/log/since.ts';

export const newUserOnboarding = defineTrigger({
  key: 'new_user_onboarding',
  resource: user,
  title: 'New user onboarding',
  description:
    'Fires exactly once for each new user, with the whole user and the mapped fields: to raise a ticket, or to create an account.',
  docsUrl: docsOf('SystemLog', 'listLogEvents'),
  scopes: directory.scopes,
  kind: 'polling',
  input: z.strictObject({ mapping: mappingField, actor: conditionFields.actor, since, reconcile }),
  output: eventItem.extend({
    mapped: field(
      z.looseObject({
        ...mappedRow.partial().shape,
        misses: missList,
        error: z.string().optional(),
      }),
      'Mapped',
      'What the mapping makes of the user, with the groups as they are now; where it makes nothing, error says why.',
      { active: true, fields: { login: 'ana.ruiz@acme.test' }, assignments: [], misses: [] },
    ),
  }),
  source: onboardingSource,
  eventTypes: USER_CREATED,
  sample: {
    input: {},
    output: {
      ...eventSampleOf(USER_CREATED[0] as string, { title: 'Create Okta user' }),
      user: { id: '00u2abcdefghijklmnop', status: 'STAGED', profile: { login: 'ana.ruiz@acme.test' } },
      mapped: {
        ...{ active: true, fields: { login: 'ana.ruiz@acme.test', firstName: 'Ana', lastName: 'Ruiz' } },
        assignments: [{ type: 'role', value: 'User' }],
        misses: [],
      },
    },
  },
});
