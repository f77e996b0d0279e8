import { OAuth2AuthorizationMethod, PieceAuth, Property } from '@activepieces/pieces-framework';
import { OktaError } from '../../errors/errors.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { errorInWords } from '../words.ts';
import { BRIEF_WAIT_MS, pieceClient } from './connection.ts';

type Validation = { valid: true } | { valid: false; error: string };

/** Asks Okta whether a connection works, and says what is wrong with it. */
async function validated({ auth }: { auth: unknown }): Promise<Validation> {
  try {
    const { ok, problems } = await pieceClient(auth, BRIEF_WAIT_MS).test();
    const [problem] = problems;
    if (ok) return { valid: true };
    const error = problem ? errorInWords(new OktaError(problem.message, problem)) : 'Okta refused it';
    return { valid: false, error };
  } catch (error) {
    return { valid: false, error: errorInWords(error) };
  }
}

/**
 * The ways to connect. Activepieces wants one of each kind: the token and the private key share a form.
 */
export function pieceAuth({ connection, actions, triggers }: Manifest) {
  const textsOf = (type: string, name: string) => {
    const fields = connection.auth.find((mode) => mode.type === type)?.fields.properties ?? {};
    const { title, description } = fields[name] ?? {};
    return { displayName: String(title), description: String(description) };
  };
  const scopes = [
    ...new Set(
      [...actions, ...triggers.flatMap((one) => [one, { scopes: one.instantScopes }])].flatMap(
        (one) => one.scopes,
      ),
    ),
  ].sort();
  const orgUrl = Property.ShortText({
    ...{ displayName: connection.orgUrl.title, description: connection.orgUrl.description, required: true },
  });
  const asked = (all: readonly string[], required: boolean) =>
    Property.LongText({
      ...{ displayName: 'Scopes', required, defaultValue: all.join(' ') },
      description:
        'OAuth scopes, separated by spaces. Okta refuses those that are not granted to the app: leave out what your flows do not need.',
    });
  return [
    PieceAuth.CustomAuth({
      displayName: 'API token or service app',
      description:
        'Fill in the API token, or client ID and private key of a service app (client credentials, with DPoP where Okta asks for it).',
      required: true,
      props: {
        orgUrl,
        token: PieceAuth.SecretText({ ...textsOf('api_token', 'token'), required: false }),
        clientId: Property.ShortText({ ...textsOf('client_credentials', 'clientId'), required: false }),
        privateKey: PieceAuth.SecretText({ ...textsOf('client_credentials', 'privateKey'), required: false }),
        keyId: Property.ShortText({ ...textsOf('client_credentials', 'keyId'), required: false }),
        scopes: asked(scopes, false),
      },
      validate: validated,
    }),
    PieceAuth.OAuth2({
      displayName: 'Sign-in',
      description:
        'The connection acts as the person who signs in. In Okta: an app of type OIDC, Web Application, with the redirect URL that is shown here, the grant types Authorization Code and Refresh Token, and the scopes granted.',
      required: true,
      props: {
        orgUrl: { ...orgUrl, description: 'For example https://acme.okta.com, without a slash at the end.' },
        scopes: Property.ShortText({
          ...{ displayName: 'Scopes', required: true },
          description: 'Separated by spaces; offline_access lets Activepieces renew the sign-in.',
          defaultValue: 'offline_access okta.users.read okta.groups.read okta.schemas.read okta.logs.read',
        }),
      },
      authUrl: '{orgUrl}/oauth2/v1/authorize',
      tokenUrl: '{orgUrl}/oauth2/v1/token',
      scope: ['{scopes}'],
      pkce: true,
      pkceMethod: 'S256',
      authorizationMethod: OAuth2AuthorizationMethod.HEADER,
      validate: validated,
    }),
  ];
}

export type OktaAuth = ReturnType<typeof pieceAuth>;
