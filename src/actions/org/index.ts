import { createTrustedOrigin } from './create-trusted-origin.ts';
import { deleteTrustedOrigin } from './delete-trusted-origin.ts';
import { listApiTokens } from './list-api-tokens.ts';
import { listAuthenticators } from './list-authenticators.ts';
import { listBrands } from './list-brands.ts';
import { listMailTemplates } from './list-mail-templates.ts';
import { listTrustedOrigins } from './list-trusted-origins.ts';
import { revokeApiToken } from './revoke-api-token.ts';

/** In display order. */
export const orgActions = [
  listBrands,
  listMailTemplates,
  listAuthenticators,
  listTrustedOrigins,
  createTrustedOrigin,
  deleteTrustedOrigin,
  listApiTokens,
  revokeApiToken,
] as const;
