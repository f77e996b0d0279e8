import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { appInput, labelInput, signOnModeInput } from '../../resources/app/input.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { APP_READ_ONLY, appSample, writtenAppSchema } from '../../resources/app/schema.ts';
import { mergeInto } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { changed } from '../../schema/fields.ts';

export const updateApp = defineAction({
  key: 'update_app',
  resource: app,
  title: 'Update app',
  description:
    'Changes the given members of an app and keeps all others; lists are replaced as a whole. If anything changes, the answer shows the secret of an OAuth client.',
  docsUrl: docsOf('Application', 'replaceApplication'),
  scopes: ['okta.apps.manage', 'okta.apps.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    appId: ref(app),
    label: labelInput.optional(),
    signOnMode: signOnModeInput.optional(),
    ...appInput,
  }),
  output: writtenAppSchema.extend({ changed }),
  calls: ['GET /api/v1/apps/{appId}', 'PUT /api/v1/apps/{appId}'],
  async run(context, { appId, ...changes }) {
    const call = {
      path: '/api/v1/apps/{appId}',
      params: { appId: await appIdOf(context, appId) },
      answer: needsOf(writtenAppSchema),
    };
    return mergeInto(context, call, changes, APP_READ_ONLY);
  },
  sample: {
    input: { appId: 'Company wiki', label: 'Wiki', visibility: { hide: { iOS: true } } },
    output: { ...appSample, label: 'Wiki', changed: true },
  },
});
