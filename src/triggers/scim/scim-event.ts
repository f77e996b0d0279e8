import { z } from 'zod';
import { defineTrigger } from '../../define.ts';
import { scimState } from '../../resources/scim/fields.ts';
import { SCIM_DOCS, scimDirectory } from '../../resources/scim/resource.ts';
import { field } from '../../schema/fields.ts';
import { SCIM_EVENT_KINDS } from '../../scim/store/store.ts';
import { scimSource } from '../sources/scim/scim-source.ts';
import { scimEventSample, scimEventSchema } from '../sources/scim/scim-trigger.ts';

export const scimEvent = defineTrigger({
  key: 'scim_event',
  resource: scimDirectory,
  noun: 'SCIM event',
  title: 'Okta provisioned something',
  description:
    'Fires for each change that Okta makes through the SCIM server: users, groups and memberships, in order, at least once with a stable id. Okta is not asked.',
  docsUrl: SCIM_DOCS,
  scopes: [],
  kind: 'polling',
  ...{ offline: true, served: true },
  input: z.strictObject({
    scimState,
    kinds: field(
      z.array(z.enum(SCIM_EVENT_KINDS)).min(1).optional(),
      'Kinds of events',
      'Which events fire; all if left out.',
      ['user.provisioned', 'user.deactivated', 'user.reactivated'],
    ),
  }),
  output: scimEventSchema,
  source: scimSource(),
  sample: { input: { scimState: 'people.db' }, output: scimEventSample('user.changed') },
});
