import type { JWK } from 'jose';

/** An OAuth client of the org. Its id is the id of its app. */
export interface OAuthClient {
  readonly clientId: string;
  readonly type: 'service' | 'web' | 'native' | 'browser';
  readonly authentication: 'private_key_jwt' | 'client_secret' | 'none';
  /** Its registered method of authentication at the token endpoint; a client of the seed may use any that its secret allows. */
  readonly method: string;
  readonly secret?: string;
  readonly keys: readonly JWK[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  /** The okta.* scopes granted to the app. */
  scopes: readonly string[];
  readonly dpopRequired: boolean;
  /** Whether a client that has a secret must use PKCE, too; one without must in any case. */
  readonly pkceRequired?: boolean;
  /** Of the seed: whoever opens it is the administrator at once, without a page, an assignment or a policy. */
  readonly immediate?: boolean;
}
