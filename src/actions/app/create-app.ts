import { z } from 'zod';
import { type ActionContext, defineAction } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { appInput, labelInput, signOnModeInput } from '../../resources/app/input.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import { app } from '../../resources/app/resource.ts';
import { appSample, writtenAppSchema } from '../../resources/app/schema.ts';
import { docsOf } from '../../resources/docs.ts';
import { field } from '../../schema/fields.ts';

const LABEL_TAKEN = 'E0000040';

export const createApp = defineAction({
  key: 'create_app',
  resource: app,
  title: 'Create app',
  description:
    'Creates an app of any sign-on mode. The answer shows the secret of an OAuth client; Okta does not show it again when the app is read. Okta allows 10 to 100 such calls a minute.',
  docsUrl: docsOf('Application', 'createApplication'),
  scopes: ['okta.apps.manage'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    name: field(
      z.string().min(1).optional(),
      'Name',
      'Key of the template or of the catalogue entry; an own SAML_2_0 or AUTO_LOGIN app has none. Okta returns it in lower case.',
      'oidc_client',
    ),
    label: labelInput,
    signOnMode: signOnModeInput,
    ...appInput,
    activate: field(z.boolean().default(true), 'Activate', 'If false, the app stays INACTIVE.', true),
  }),
  output: writtenAppSchema,
  calls: ['POST /api/v1/apps'],
  async run(context, { activate, ...body }) {
    const answer = needsOf(writtenAppSchema);
    const call = { method: 'POST', path: '/api/v1/apps', query: { activate }, body, answer } as const;
    return (await context.call(call).catch((error) => withTaken(context, error, body.label))).json;
  },
  sample: {
    input: {
      name: 'bookmark',
      label: 'Company wiki',
      signOnMode: 'BOOKMARK',
      settings: { app: { url: 'https://wiki.acme.test/' } },
    },
    output: appSample,
  },
});

/** Adds to Okta's refusal of a label which app has it. */
async function withTaken(context: ActionContext, error: unknown, label: string): Promise<never> {
  if (!isOktaError(error) || error.oktaCode !== LABEL_TAKEN) throw error;
  const id = await appIdOf(context, label).catch(() => undefined);
  throw id === undefined ? error : error.with({ message: `${error.message}; the app ${id} has it` });
}
