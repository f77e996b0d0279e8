import type { Found } from './check.ts';
import type { DiagnosedApp } from './facts.ts';

interface OidcChanges {
  redirectUris?: string[];
  pkceRequired?: boolean;
  issuer?: string;
}

/** The set-up of an OpenID Connect app once more, with changes: what is not named here keeps the value that it has. */
export function setUpAgain(app: DiagnosedApp, changes: OidcChanges): Pick<Found, 'action'> {
  const { settings, credentials, profile, label } = app;
  const { redirect_uris: redirectUris, post_logout_redirect_uris: after } = settings?.oauthClient ?? {};
  if (app.signOnMode !== 'OPENID_CONNECT' || !redirectUris || redirectUris.length === 0) return {};
  const method = credentials?.oauthClient?.token_endpoint_auth_method ?? '';
  // For a public client, or one with a key, the set-up would change how it authenticates.
  if (!/^client_secret_(basic|post)$/.test(method)) return {};
  const input = {
    ...{ label, redirectUris, postLogoutRedirectUris: after ?? [], authMethod: method },
    pkceRequired: credentials?.oauthClient?.pkce_required ?? false,
    implicit: settings?.oauthClient?.grant_types?.includes('implicit') ?? false,
    ...(typeof profile?.connectorServer === 'string' ? { issuer: profile.connectorServer } : {}),
    ...(profile?.connectorKey === undefined ? { takeOver: true } : {}),
    ...changes,
  };
  return { action: { key: 'set_up_oidc_sso', input } };
}
