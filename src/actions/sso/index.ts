import { setUpOidcSso } from './set-up-oidc-sso.ts';

/** In display order. */
export const ssoActions = [setUpOidcSso] as const;
