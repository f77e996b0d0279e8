import { randomUUID } from 'node:crypto';
import type { Client } from '../../client.ts';
import { type Actions, actionOf } from '../../connector.ts';
import { InputError, isForbidden, isOktaError } from '../../errors/errors.ts';
import { commandOf } from '../confirm.ts';
import { type Answers, type Asked, askedOf, type SetUp, withFields } from './answers.ts';
import { APPLICATIONS } from './applications.ts';
import { takeAwayLeftOver } from './left-over.ts';
import type { Calls } from './server.ts';
import { SignInTest } from './sign-in-test.ts';
import { oidcPasteSteps, samlPasteSteps } from './steps.ts';

type OidcInput = Actions['set_up_oidc_sso']['input'];
type OidcOutput = Actions['set_up_oidc_sso']['output'];
type SamlOutput = Actions['set_up_saml_sso']['output'];

/**
 * What the page can ask for, and the way back from a sign-in for a test.
 * @param origin where the wizard listens.
 * @param signal ends what runs.
 */
export function wizardOf(client: Client, origin: string, signal: AbortSignal) {
  const test = new SignInTest(client, origin);
  let plan: (Asked & { id: string }) | undefined;
  let made: SetUp | undefined;
  const run = (key: string, input: unknown): Promise<unknown> => client.run(key, input, { signal });

  const calls: Calls = {
    start: async () => ({
      orgUrl: client.orgUrl,
      applications: APPLICATIONS,
      issuers: await issuers(client),
    }),
    left_over: async () => ({ leftOver: await takeAwayLeftOver(client) }),
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
          return { ...told(output), ...pasteSteps(made) };
        })(),
      ),
    begin_test: ({ provisioning }) =>
      withFields(
        (async () => {
          if (made?.key !== 'set_up_oidc_sso') throw new InputError('No OpenID Connect app has been set up');
          return test.begin(made, provisioning === true);
        })(),
      ),
    test_result: () => test.result(),
    stop_test: () => test.stop(),
    diagnose: ({ seen, user }) =>
      withFields(
        (async () => {
          const found = (await run('diagnose_sso', {
            ...(made?.output.appId ? { appId: made.output.appId } : {}),
            ...(user ? { user } : {}),
            ...seenAs(typeof seen === 'string' ? seen : ''),
          })) as Actions['diagnose_sso']['output'];
          const causes = found.causes.map(({ action, ...cause }) => ({
            ...cause,
            ...(action ? { command: commandFor(action.key, action.input) } : {}),
          }));
          return { ...found, causes };
        })(),
      ),
  };
  return { calls, callback: (url: URL) => test.callback(url), end: () => test.end() };
}

/** What somebody saw, as the diagnosis takes it: an address, a SAML response, or any other text. */
function seenAs(text: string) {
  if (text === '') return {};
  if (/^https?:\/\/\S+$/.test(text)) return { url: text };
  // `<` begins every response, and XML in base64 with P.
  if (/^P[A-Za-z0-9+/=\s]{200,}$/.test(text)) return { samlResponse: text };
  return { error: text };
}

/** The command line that runs an action with this input. */
function commandFor(key: string, input: Record<string, unknown>): string {
  const isPlain = Object.values(input).every((value) => typeof value !== 'object');
  const pairs = Object.entries(input).map(([name, value]) => `${name}=${value}`);
  return commandOf(['run', key, ...(isPlain ? pairs : ['--input', JSON.stringify(input)])]);
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
function told({ steps, warnings, cannotSignIn, appId, changed }: OidcOutput | SamlOutput) {
  return {
    ...{ appId, changed, warnings },
    changes: steps.flatMap(({ changes }) => changes),
    cannotSignIn: cannotSignIn.map(({ userId, login, status, reason, action }) => ({
      ...{ who: login ?? userId, status, reason, mend: actionOf(action).title },
      command: commandFor(action, { userId: login ?? userId }),
    })),
  };
}

/** What to enter where, and how a sign-in can be tried. */
function pasteSteps({ key, input, output }: SetUp) {
  if (key === 'set_up_saml_sso') {
    const saml = output as SamlOutput;
    return {
      protocol: 'saml',
      steps: samlPasteSteps(String(input.application), saml),
      signOnUrl: saml.ssoUrl,
    };
  }
  const { application, redirectUris, postLogoutRedirectUris = [], ...rest } = input as unknown as OidcInput;
  const { pkceRequired = false, audience = 'users' } = rest;
  const given = { redirectUris, postLogoutRedirectUris, pkceRequired, audience };
  return { protocol: 'oidc', steps: oidcPasteSteps(application ?? 'other', given, output as OidcOutput) };
}
