import { beginSignInAction } from './begin-sign-in.ts';
import { completeSignInAction } from './complete-sign-in.ts';
import { diagnoseSso } from './diagnose-sso.ts';
import { listExpiringCredentials } from './list-expiring-credentials.ts';
import { rotateClientSecret } from './rotate-client-secret.ts';
import { rotateSamlCertificate } from './rotate-saml-certificate.ts';
import { setUpOidcSso } from './set-up-oidc-sso.ts';
import { setUpSamlSso } from './set-up-saml-sso.ts';
import { tearDownSso } from './tear-down-sso.ts';
import { validateSamlMetadata } from './validate-saml-metadata.ts';
import { verifySamlResponse } from './verify-saml-response.ts';

/** In display order. */
export const ssoActions = [
  setUpOidcSso,
  setUpSamlSso,
  diagnoseSso,
  validateSamlMetadata,
  verifySamlResponse,
  rotateClientSecret,
  rotateSamlCertificate,
  listExpiringCredentials,
  tearDownSso,
  beginSignInAction,
  completeSignInAction,
] as const;
