import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import type { StoryStep } from '../../resources/story/steps.ts';
import { parseUrl } from '../../text/url.ts';
import { clientSecretsOf } from '../credentials/secrets.ts';
import { accessOf, groupsToAssign, hinderedOf, usersToAssign } from './access.ts';
import { type AppState, appChanges } from './app-step.ts';
import { type Groups, matchesAll } from './groups.ts';
import { type Issuer, issuerOf } from './issuer.ts';
import { assertRedirectUris, grantsOf, oidcAppBody } from './oidc-app.ts';
import { type Audience, type OidcApplication, oidcConfiguration } from './oidc-configuration.ts';
import { ownApp } from './own-app.ts';
import { type Made, setUp } from './story.ts';
import { accessPolicy, appGroupsClaim, serverGroupsClaim } from './tokens.ts';

/** The steps in the order in which they run: whoever is assigned can sign in at once. */
export const OIDC_STEPS = [
  'create_or_update_app',
  'admit_client',
  'groups_claim',
  'assign_groups',
  'assign_users',
] as const;

type Step = (typeof OIDC_STEPS)[number];

interface OidcInput {
  label: string;
  redirectUris: string[];
  postLogoutRedirectUris?: string[] | undefined;
  application: OidcApplication;
  audience: Audience;
  issuer: string;
  implicit?: boolean | undefined;
  pkceRequired: boolean;
  authMethod?: 'client_secret_basic' | 'client_secret_post' | undefined;
  groups?: Groups | undefined;
  assignGroups?: string[] | undefined;
  assignUsers?: string[] | undefined;
  takeOver: boolean;
  dryRun: boolean;
}

/** With the sign-out URIs that stay where none are given. */
type SetInput = OidcInput & { postLogoutRedirectUris: string[] };

/** Sets an OpenID Connect app up, or tells what is left to do. @throws OktaError; what was made before is taken back. */
export async function setUpOidc(context: ActionContext, input: OidcInput) {
  const { label, redirectUris, application, groups, takeOver, dryRun } = input;
  assertRedirectUris('redirectUris', redirectUris);
  assertRedirectUris('postLogoutRedirectUris', input.postLogoutRedirectUris ?? []);
  if (application === 'node-red') assertForNodeRed(input);
  // HaloITSM asks for the code together with an ID token.
  const implicit = input.implicit ?? application === 'halo';
  // The strategy of Node-RED posts the secret.
  const authMethod =
    input.authMethod ?? (application === 'node-red' ? 'client_secret_post' : 'client_secret_basic');
  const access = await accessOf(context, input);
  // Before anything is made: a secret that a later failure loses is told by nobody.
  const { cannotSignIn, isReady, warnings: unseen } = await hinderedOf(context, access);
  const issuer = await issuerOf(context, input.issuer);
  const state: AppState = {
    app: await ownApp(context, label, { mode: 'OPENID_CONNECT', takeOver }),
    isNew: false,
  };
  const { serverId } = issuer;
  const registered = state.app?.settings?.oauthClient?.post_logout_redirect_uris ?? [];
  const postLogoutRedirectUris = input.postLogoutRedirectUris ?? registered;
  const body = oidcAppBody({
    ...{ ...input, implicit, authMethod, serverId },
    postLogoutRedirectUris:
      postLogoutRedirectUris.length + registered.length > 0 ? postLogoutRedirectUris : undefined,
  });
  const made: Made[] = [];
  const appId = () => state.app?.id;
  const run = { context, appId, made };
  const warnings = warningsOf(context, { ...input, postLogoutRedirectUris }, issuer);
  const plans: Record<Step, StoryStep['plan']> = {
    create_or_update_app: async () =>
      appChanges(context, state, made, { label, mode: 'OPENID_CONNECT', takeOver, body }),
    admit_client: async () =>
      serverId === undefined ? [] : accessPolicy(run, serverId, { label, grants: grantsOf(implicit) }),
    async groups_claim() {
      if (!groups) return [];
      if (serverId === undefined) return appGroupsClaim(run, groups);
      const { changes, warning } = await serverGroupsClaim(run, serverId, groups);
      if (warning) warnings.push(warning);
      return changes;
    },
    assign_groups: () => groupsToAssign(context, appId, access),
    assign_users: () => usersToAssign(context, appId, access),
  };
  const steps = await setUp(
    context,
    OIDC_STEPS.map((step) => ({ step, plan: plans[step] })),
    { dryRun, made },
  );
  warnings.push(...unseen);
  const told = { issuer, authMethod, redirectUris, postLogoutRedirectUris };
  return {
    dryRun,
    changed: steps.some(({ status }) => status === 'done'),
    ...(state.app ? await toldOf(context, state, { ...input, ...told }) : {}),
    ...{ issuer: issuer.metadata.issuer, metadataUrl: issuer.metadataUrl, endpoints: endpointsOf(issuer) },
    ...(issuer.fallBack === undefined ? {} : { issuerFallBack: issuer.fallBack }),
    ...{ scopes: scopesOf(issuer), authMethod },
    ...{ cannotSignIn, readyForAutoRedirect: isReady && !dryRun, warnings, steps },
  };
}

/** What is known once the app exists. The secret is told by the run that created it, and by no other. */
async function toldOf(
  context: ActionContext,
  { app, isNew }: AppState,
  { issuer, ...given }: Omit<SetInput, 'issuer'> & { issuer: Issuer; authMethod: string },
) {
  const { id = '', credentials } = app ?? {};
  const clientId = credentials?.oauthClient?.client_id ?? id;
  const clientSecret = isNew
    ? await secretOf(context, id, credentials?.oauthClient?.client_secret)
    : undefined;
  const { issuer: name } = issuer.metadata;
  const endpoints = endpointsOf(issuer);
  const { metadataUrl } = issuer;
  const values = { ...given, clientId, issuer: name, metadataUrl, endpoints, scopes: scopesOf(issuer) };
  return {
    ...{ appId: id, clientId, ...(clientSecret ? { clientSecret } : {}) },
    loginUrls: loginUrlsOf(values),
    configuration: oidcConfiguration(given.application, values),
  };
}

/** The secret, from the answer to the creation, or read again if that answer was lost. */
const secretOf = async (context: ActionContext, appId: string, answered: string | null | undefined) =>
  answered ?? (await clientSecretsOf(context, appId)).at(-1)?.client_secret;

/** @throws InputError for what passport-openidconnect cannot do. */
function assertForNodeRed({ pkceRequired, authMethod }: OidcInput): void {
  if (pkceRequired) {
    throw new InputError('Node-RED signs in through passport-openidconnect, which does not know PKCE', {
      hint: 'Leave pkceRequired out: with it, Okta would refuse every sign-in of Node-RED.',
    });
  }
  if (authMethod === 'client_secret_basic') {
    throw new InputError('Node-RED signs in through passport-openidconnect, which posts the secret', {
      hint: 'Leave authMethod out: with client_secret_basic, Okta would refuse every sign-in of Node-RED.',
    });
  }
}

const endpointsOf = ({ metadata }: Issuer) => ({
  authorization: metadata.authorization_endpoint,
  token: metadata.token_endpoint,
  ...(metadata.userinfo_endpoint ? { userinfo: metadata.userinfo_endpoint } : {}),
  jwks: metadata.jwks_uri,
  ...(metadata.end_session_endpoint ? { endSession: metadata.end_session_endpoint } : {}),
});

/** The scopes to ask for: a server refuses those that it does not know. */
function scopesOf({ metadata }: Issuer): string[] {
  const known = metadata.scopes_supported;
  return ['openid', 'email', 'profile'].filter((one) => one === 'openid' || !known || known.includes(one));
}

/** One address per redirect URI at which Okta's sign-in for it opens. With PKCE only the application can make one. */
function loginUrlsOf(values: {
  clientId: string;
  endpoints: { authorization: string };
  scopes: readonly string[];
  redirectUris: readonly string[];
  pkceRequired: boolean;
}) {
  if (values.pkceRequired) return [];
  return values.redirectUris.map((redirectUri) => {
    const url = new URL(values.endpoints.authorization);
    const query = {
      ...{ client_id: values.clientId, response_type: 'code', scope: values.scopes.join(' ') },
      ...{ redirect_uri: redirectUri, state: 'try-sign-in' },
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return { redirectUri, url: url.href };
  });
}

function warningsOf(context: ActionContext, input: SetInput, { metadata, fallBack }: Issuer): string[] {
  const { postLogoutRedirectUris, pkceRequired, groups } = input;
  const issuerHost = parseUrl(metadata.issuer)?.host;
  return [
    ...(fallBack === undefined ? [] : [`${fallBack} The issuer is the org itself.`]),
    ...(issuerHost === new URL(context.orgUrl).host
      ? []
      : [
          `The issuer is ${metadata.issuer}, not the URL of this connection: applications must use it exactly. The issuer setting of the app or of the server changes it.`,
        ]),
    ...(postLogoutRedirectUris.length > 0
      ? []
      : ['No sign-out URI is registered: signing out ends on an error page of Okta.']),
    ...(pkceRequired
      ? ['PKCE is required: Okta refuses clients that do not use it, and there is no fixed login URL.']
      : []),
    ...(groups && matchesAll(groups)
      ? ['The groups are not filtered: Okta gives no token to a user with more than 100 groups.']
      : []),
  ];
}
