import { isLoopback } from '../../auth/org-url.ts';
import { InputError } from '../../errors/errors.ts';
import { parseUrl } from '../../text/url.ts';
import { markOf } from './own-app.ts';

interface OidcWanted {
  label: string;
  redirectUris: readonly string[];
  /** Undefined if there are none and were none. */
  postLogoutRedirectUris: readonly string[] | undefined;
  pkceRequired: boolean;
  implicit: boolean;
  authMethod: string;
  /** Id of the custom authorization server, so that a tear-down finds what was made there. */
  serverId: string | undefined;
}

/** The grants that the app may use. */
export const grantsOf = (implicit: boolean): string[] => [
  'authorization_code',
  ...(implicit ? ['implicit'] : []),
];

/** The OpenID Connect app as Okta takes it. */
export function oidcAppBody(wanted: OidcWanted) {
  const { label, implicit, postLogoutRedirectUris } = wanted;
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    credentials: {
      oauthClient: {
        token_endpoint_auth_method: wanted.authMethod,
        pkce_required: wanted.pkceRequired,
      },
    },
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: grantsOf(implicit),
        response_types: ['code', ...(implicit ? ['id_token'] : [])],
        redirect_uris: wanted.redirectUris,
        ...(postLogoutRedirectUris ? { post_logout_redirect_uris: postLogoutRedirectUris } : {}),
        consent_method: 'TRUSTED',
        wildcard_redirect: 'DISABLED',
      },
    },
    profile: {
      connectorKey: markOf(label),
      ...(wanted.serverId === undefined ? {} : { connectorServer: wanted.serverId }),
    },
  };
}

/**
 * Checks the URIs to which Okta sends people. They are compared character by character later, so none is changed.
 * @throws InputError naming each that cannot work.
 */
export function assertRedirectUris(name: string, uris: readonly string[]): void {
  const causes = uris.flatMap((uri, at) => {
    const why = problemOf(uri);
    return why ? [`${name}.${at}: ${why}`] : [];
  });
  if (new Set(uris).size < uris.length) causes.push(`${name}: one is given twice`);
  if (causes.length === 0) return;
  throw new InputError(`${name} has URIs to which people cannot be sent`, {
    causes,
    hint: 'Copy each exactly as the application shows it, for example https://app.acme.test/callback.',
  });
}

/** What a browser would run or show in the place of an application. Schemes of apps on a device have any name. */
const NO_PLACES = /^(javascript|vbscript|data|blob|filesystem|file|about|view-source|ws|wss|ftp|mailto):$/;

function problemOf(uri: string): string | undefined {
  const url = parseUrl(uri);
  if (!url) return 'it is not a URL';
  if (/[\s\p{Cc}]/u.test(uri)) return 'it has blanks or line breaks';
  if (uri.includes('*')) return 'it has a wildcard, which would let others take the code';
  if (uri.includes('#')) return 'it has a fragment, which OAuth does not allow';
  if (url.username || url.password) return 'it contains a user name or password';
  if (NO_PLACES.test(url.protocol)) return `it begins with ${url.protocol}, where no application is`;
  if (/^https?:(?!\/\/[^/])/i.test(uri)) return 'it has no // and host behind its scheme';
  if (uri.includes('\\')) return 'it has a backslash, which browsers take for a slash';
  if (url.protocol === 'http:' && !isLoopback(url.href))
    return 'it begins with http://, which protects nothing';
  return undefined;
}
