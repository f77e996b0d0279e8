import { randomUUID } from 'node:crypto';
import type { Client } from '../../client.ts';
import { type Actions, actionOf } from '../../connector.ts';
import { InputError, isForbidden, isOktaError } from '../../errors/errors.ts';
import { commandOf } from '../confirm.ts';
import { type Answers, type Asked, askedOf, withFields } from './answers.ts';
import { APPLICATIONS } from './applications.ts';
import type { Calls } from './server.ts';
import { oidcPasteSteps, samlPasteSteps } from './steps.ts';

type OidcInput = Actions['set_up_oidc_sso']['input'];
type OidcOutput = Actions['set_up_oidc_sso']['output'];
type SamlOutput = Actions['set_up_saml_sso']['output'];

/** An app that was set up in this run of the wizard. */
export interface SetUp extends Asked {
  output: OidcOutput | SamlOutput;
}

/** What the page can ask for. @param signal ends what runs. */
export function wizardCalls(
  client: Client,
  signal: AbortSignal,
): { calls: Calls; last(): SetUp | undefined } {
  let plan: (Asked & { id: string }) | undefined;
  let made: SetUp | undefined;
  const run = (key: string, input: unknown): Promise<unknown> => client.run(key, input, { signal });

  return {
    last: () => made,
    calls: {
      start: async () => ({
        orgUrl: client.orgUrl,
        applications: APPLICATIONS,
        issuers: await issuers(client),
      }),
      async search({ what, text }) {
        const key = what === 'users' ? 'users' : 'groups';
        const search = typeof text === 'string' && text !== '' ? text.slice(0, 100) : undefined;
        return client.options(key, { search }, { signal });
      },
      plan: (answers: Answers) =>
        withFields(
          (async () => {
            plan = undefined;
            const asked = askedOf(answers);
            const output = await run(asked.key, { ...asked.input, dryRun: true });
            plan = { ...asked, id: randomUUID() };
            return { ...told(output as OidcOutput), planId: plan.id };
          })(),
        ),
      set_up: ({ planId }) =>
        withFields(
          (async () => {
            if (!plan || plan.id !== planId) {
              throw new InputError('This plan has been carried out already, or another one took its place', {
                hint: 'Go back to the questions and look at the changes again.',
              });
            }
            // What was shown is what is done, once.
            const { key, input } = plan;
            plan = undefined;
            const output = (await run(key, input)) as OidcOutput | SamlOutput;
            made = { key, input, output };
            return { ...told(output), steps: pasteSteps(made) };
          })(),
        ),
    },
  };
}

/** Names of the custom authorization servers; none where the org has none or the connection may not read them. */
async function issuers(client: Client): Promise<string[]> {
  try {
    return (await client.run('list_authorization_servers', {})).flatMap(({ name }) => name ?? []);
  } catch (error) {
    if (isForbidden(error) || (isOktaError(error) && error.code === 'feature_unavailable')) return [];
    throw error;
  }
}

/** What both kinds of set-up tell of what they changed, or would. */
function told({
  steps,
  warnings,
  cannotSignIn,
  appId,
  changed,
  readyForAutoRedirect,
}: OidcOutput | SamlOutput) {
  return {
    ...{ appId, changed, warnings, readyForAutoRedirect },
    changes: steps.flatMap(({ changes }) => changes),
    cannotSignIn: cannotSignIn.map(({ userId, login, status, reason, action }) => ({
      ...{ who: login ?? userId, status, reason, mend: actionOf(action).title },
      command: commandOf(['run', action, `userId=${login ?? userId}`]),
    })),
  };
}

function pasteSteps({ key, input, output }: SetUp) {
  if (key === 'set_up_saml_sso') return samlPasteSteps(String(input.application), output as SamlOutput);
  const { application, redirectUris, postLogoutRedirectUris = [], ...rest } = input as unknown as OidcInput;
  const { pkceRequired = false, audience = 'users' } = rest;
  const given = { redirectUris, postLogoutRedirectUris, pkceRequired, audience };
  return oidcPasteSteps(application ?? 'other', given, output as OidcOutput);
}
