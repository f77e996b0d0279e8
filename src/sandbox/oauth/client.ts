import type { JWK } from 'jose';

/** An OAuth client of the org. Its id is the id of the app that it belongs to. */
export interface OAuthClient {
  readonly clientId: string;
  readonly type: 'service' | 'web' | 'native';
  readonly authentication: 'private_key_jwt' | 'client_secret' | 'none';
  readonly secret?: string;
  readonly keys: readonly JWK[];
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  /** The okta.* scopes that an administrator granted to the app. */
  readonly scopes: readonly string[];
  readonly dpopRequired: boolean;
}
