import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { onOwnGroup } from '../../resources/group/own.ts';
import { groupIdOf } from '../../resources/group/reference.ts';
import { group } from '../../resources/group/resource.ts';
import { groupProfileInput, groupSample, groupSchema, withoutNulls } from '../../resources/group/schema.ts';
import { assertProfile } from '../../resources/profile-schema.ts';
import { attributes, ref } from '../../resources/reference.ts';
import { changed } from '../../schema/fields.ts';

const path = '/api/v1/groups/{groupId}';

export const updateGroup = defineAction({
  key: 'update_group',
  resource: group,
  title: 'Update group',
  description:
    'Changes the given attributes of a group and keeps all others. Groups of type APP_GROUP and BUILT_IN cannot be changed.',
  docsUrl: docsOf('Group', 'replaceGroup'),
  scopes: ['okta.groups.manage', 'okta.groups.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({ groupId: ref(group), profile: attributes(group, groupProfileInput.optional()) }),
  output: groupSchema.extend({ changed }),
  calls: ['GET /api/v1/groups/{groupId}', 'PUT /api/v1/groups/{groupId}'],
  async run(context, { groupId, profile }) {
    if (!profile) throw new InputError('There is nothing to update', { hint: 'Give attributes in profile.' });
    await assertProfile(await context.attributes(group), profile, { complete: false });
    const target = {
      path,
      params: { groupId: await groupIdOf(context, groupId) },
      answer: needsOf(groupSchema),
    };
    const { json: known } = await context.call({ method: 'GET', ...target });
    const now = withoutNulls({ ...known.profile });
    // PUT clears what it leaves out.
    const wanted = withoutNulls({ ...now, ...profile });
    if (JSON.stringify(wanted) === JSON.stringify(now)) return { ...known, changed: false };
    const replacement = { method: 'PUT', ...target, body: { profile: wanted } } as const;
    const { json } = await onOwnGroup(context.call(replacement));
    return { ...json, changed: true };
  },
  sample: {
    input: { groupId: '00g1abcdefghijklmnop', profile: { description: 'Sellers in Europe' } },
    output: { ...groupSample, changed: true },
  },
});
