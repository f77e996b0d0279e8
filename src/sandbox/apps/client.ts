import type { JWK } from 'jose';
import type { Json } from '../json.ts';
import type { OAuthClient } from '../oauth/client.ts';
import { randomSecret } from '../random.ts';
import type { AppMembers } from './app-store.ts';

/** What is known of a client before its app is. */
export type SeedClient = Pick<OAuthClient, 'scopes' | 'secret' | 'immediate'>;

/**
 * Completes the members of an OpenID Connect app with its OAuth client.
 * @param known the client before a change: its scopes are kept, and its secret unless another one is given.
 */
export function withClient<T extends AppMembers>(
  clientId: string,
  app: T,
  known?: SeedClient,
): T & { client?: OAuthClient } {
  if (!app.settings.oauthClient) return app;
  const settings = app.settings.oauthClient as Json;
  const { client_secret: secret, ...given } = app.credentials.oauthClient as Json;
  const { application_type: type, jwks, redirect_uris, dpop_bound_access_tokens } = settings;
  const list = (name: string) => (settings[name] ?? []) as string[];
  const [grants, responses] = [list('grant_types'), list('response_types')];
  const method = given.token_endpoint_auth_method ?? 'client_secret_basic';
  const authentication = method === 'private_key_jwt' || method === 'none' ? method : 'client_secret';
  const oauthClient = {
    autoKeyRotation: true,
    ...given,
    client_id: clientId,
    token_endpoint_auth_method: method,
    pkce_required: given.pkce_required ?? (type === 'native' || type === 'browser'),
  };
  return {
    ...app,
    credentials: { ...app.credentials, oauthClient },
    client: {
      clientId,
      type: type as OAuthClient['type'],
      authentication,
      method: String(method),
      ...(authentication === 'client_secret' && {
        secret: typeof secret === 'string' ? secret : (known?.secret ?? randomSecret(48)),
      }),
      keys: (jwks as { keys: JWK[] } | undefined)?.keys ?? [],
      redirectUris: redirect_uris as string[],
      postLogoutRedirectUris: list('post_logout_redirect_uris'),
      grantTypes: grants.length > 0 ? grants : ['authorization_code'],
      responseTypes: responses.length > 0 ? responses : ['code'],
      scopes: known?.scopes ?? [],
      dpopRequired: dpop_bound_access_tokens === true,
      pkceRequired: oauthClient.pkce_required === true,
      ...(known?.immediate && { immediate: true }),
    },
  };
}
