import { setUpOidcSso } from './set-up-oidc-sso.ts';
import { setUpSamlSso } from './set-up-saml-sso.ts';

/** In display order. */
export const ssoActions = [setUpOidcSso, setUpSamlSso] as const;
