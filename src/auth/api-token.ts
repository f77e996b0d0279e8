import type { Authorizer } from '../http/authorize.ts';

/**
 * An API token, made in the Admin Console. It acts with the current rights of the admin who made it.
 * @see https://developer.okta.com/docs/guides/create-an-api-token/main/
 */
export function apiTokenAuthorizer(token: string): Authorizer {
  return {
    headers: async () => ({ Authorization: `SSWS ${token}` }),
    refused: async () => false,
  };
}
