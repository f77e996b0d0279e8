import type { Answer, Call, Endpoint } from '../http.ts';
import type { Json } from '../json.ts';
import { errorPage, redirectTo } from './authorize-answer.ts';

/** The tiles of apps with OpenID Connect. */
export const tileEndpoints: Endpoint[] = [
  { method: 'GET', path: '/home/oidc_client/:appId/:tile', handle: open },
];

/** A tile only opens the application and says who the issuer is: the application begins the sign-in itself. */
function open({ org, origin, params: { appId = '' } }: Call): Answer {
  const app = org.apps.get(appId);
  const { initiate_login_uri: uri, idp_initiated_login } = (app?.settings.oauthClient ?? {}) as Json;
  const { mode = 'DISABLED' } = (idp_initiated_login ?? {}) as Json;
  if (app?.status !== 'ACTIVE' || mode === 'DISABLED' || typeof uri !== 'string')
    return errorPage('There is no application that can be opened from here.');
  return redirectTo(uri, 'query', [['iss', origin]]);
}
