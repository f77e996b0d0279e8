import { z } from 'zod';
import { defineTrigger, type TriggerDefinition } from '../../../define.ts';
import { scimState, scimUserSample } from '../../../resources/scim/fields.ts';
import { SCIM_DOCS, scimDirectory } from '../../../resources/scim/resource.ts';
import { field } from '../../../schema/fields.ts';
import { SCIM_EVENT_KINDS, type ScimEventKind } from '../../../scim/store/store.ts';
import { scimSource } from './scim-source.ts';

const resource = z.record(z.string(), z.unknown());
const group = { id: '6c5b4a3d-7dec-11d0-a765-00a0c91e6bf6', displayName: 'Sales' };

/** What Okta did, as a workflow gets it. */
export const scimEventSchema = z.looseObject({
  id: field(
    z.string(),
    'ID',
    'Stays the same when the event is delivered again.',
    '9b2f7e0c-7dec-11d0-a765-00a0c91e6bf6',
  ),
  kind: field(z.enum(SCIM_EVENT_KINDS), 'Kind', 'What happened.', 'user.changed'),
  at: field(z.string(), 'At', 'When, ISO 8601 in UTC.', '2026-01-02T03:04:05.000Z'),
  resourceType: field(z.enum(['User', 'Group']), 'Resource type', 'User or Group.', 'User'),
  resourceId: field(
    z.string(),
    'Resource ID',
    'Id in the SCIM directory of the user or group.',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  ),
  before: field(
    resource.nullable(),
    'Before',
    'The user or group as it was; null if it is new. Groups come without members.',
    { ...scimUserSample, title: 'Clerk' },
  ),
  after: field(
    resource.nullable(),
    'After',
    'The user or group as it is now, or the group and the member; null if it is gone.',
    { ...scimUserSample, title: 'Lead' },
  ),
  changed: field(z.array(z.string()), 'Changed', 'Paths of the attributes that differ.', ['title']),
});

type SampleEvent = z.output<typeof scimEventSchema>;

const SAMPLES: Partial<Record<ScimEventKind, Pick<SampleEvent, 'before' | 'after' | 'changed'>>> = {
  'user.provisioned': {
    before: null,
    after: scimUserSample,
    changed: ['userName', 'name.givenName', 'active'],
  },
  'user.deactivated': {
    before: scimUserSample,
    after: { ...scimUserSample, active: false },
    changed: ['active'],
  },
  'user.reactivated': {
    before: { ...scimUserSample, active: false },
    after: scimUserSample,
    changed: ['active'],
  },
  'group.created': { before: null, after: group, changed: ['displayName'] },
  'membership.added': {
    before: null,
    after: {
      group,
      member: { id: scimUserSample.id, userName: scimUserSample.userName, type: 'User' },
    },
    changed: [],
  },
};
const CHANGE = {
  before: { ...scimUserSample, title: 'Clerk' },
  after: { ...scimUserSample, title: 'Lead' },
  changed: ['title'],
};

/** An invented event of a kind. */
export function scimEventSample(kind: ScimEventKind): SampleEvent {
  const isUser = kind.startsWith('user.');
  return {
    ...{ id: '9b2f7e0c-7dec-11d0-a765-00a0c91e6bf6', kind, at: '2026-01-02T03:04:05.000Z' },
    ...{ resourceType: isUser ? 'User' : 'Group', resourceId: isUser ? scimUserSample.id : group.id },
    ...(SAMPLES[kind] ?? CHANGE),
  };
}

/** What the triggers about one or some kinds of events have in common. */
export function scimTrigger<const K extends string>(
  key: K,
  about: Pick<TriggerDefinition, 'noun' | 'title' | 'description'> & {
    kinds: readonly [ScimEventKind, ...ScimEventKind[]];
  },
) {
  const { kinds, ...texts } = about;
  return defineTrigger({
    ...{ key, resource: scimDirectory, ...texts, docsUrl: SCIM_DOCS, scopes: [], kind: 'polling' },
    offline: true,
    input: z.strictObject({ scimState }),
    output: scimEventSchema,
    source: scimSource(kinds),
    sample: { input: { scimState: 'people.db' }, output: scimEventSample(kinds[0]) },
  });
}
