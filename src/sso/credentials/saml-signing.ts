import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError, OktaError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { appCertificateSchema } from '../../resources/app/certificate.ts';
import { collect } from '../../resources/collect.ts';
import { field } from '../../schema/fields.ts';
import { parseUrl } from '../../text/url.ts';
import { samlEntity } from '../metadata/entity.ts';
import { certificatePem } from '../metadata/pem.ts';

export const KEYS = '/api/v1/apps/{appId}/credentials/keys';
/** Path of the metadata of an app; it needs a token. */
export const METADATA_OF_APP = '/api/v1/apps/{appId}/sso/saml/metadata';

/** Requests that reading how an app signs may send. */
export const SIGNING_CALLS = [`GET ${METADATA_OF_APP}`, `GET ${KEYS}`] as const;

/** A certificate to hand over, for the output. */
export const certificateField = field(
  z.looseObject({ pem: z.string(), notAfter: z.string().nullish() }),
  'Certificate',
  'The certificate with which Okta signs, as PEM, and when it expires.',
  {
    pem: '-----BEGIN CERTIFICATE-----\nMIIDqjCCApKgAwIBAgIGAZd5\n-----END CERTIFICATE-----\n',
    notAfter: '2036-01-02T03:04:05.000Z',
  },
);

/** What the other side must know of a SAML app that signs with one key. */
export interface Signing {
  kid: string;
  entityId: string;
  ssoUrl: string;
  metadataUrl: string;
  metadataXml: string;
  /** `notAfter` in ISO 8601. */
  certificate: { pem: string; notAfter: string | undefined };
}

/** The keys of an app. */
export const keysOf = (context: ActionContext, appId: string) =>
  collect(
    context.list({ method: 'GET', path: KEYS, params: { appId }, answer: needsOf(appCertificateSchema) }),
  );

/** The key with which an app signs. @throws InputError for an app without one. */
export function signingKidOf(app: { credentials?: unknown }): string {
  const { signing } = (app.credentials ?? {}) as { signing?: { kid?: string | null } | null };
  if (signing?.kid) return signing.kid;
  throw new InputError('The app has no signing key, so it has no SAML metadata', {
    hint: 'Choose an app whose sign-on mode is SAML 2.0.',
  });
}

/** The metadata of an app for one of its keys, as Okta answers. */
export function signingMetadataOf(context: ActionContext, appId: string, kid: string) {
  // The only answer that is no JSON; with another Accept, Okta refuses.
  const call = { method: 'GET', path: METADATA_OF_APP, params: { appId }, query: { kid } } as const;
  return context.call({ ...call, headers: { Accept: 'application/xml' } });
}

/** Reads the metadata of an app for one of its keys. @throws OktaError `unexpected_response` for what is no such metadata. */
export async function signingOf(context: ActionContext, appId: string, kid: string): Promise<Signing> {
  const { text, status } = await signingMetadataOf(context, appId, kid);
  const found = await identityProviderIn(text);
  const key = (await keysOf(context, appId)).find((one) => one.kid === kid);
  if (found?.certificates[0]) {
    const { entityId, ssoUrl } = found;
    const certificate = { pem: certificatePem(found.certificates[0]), notAfter: key?.expiresAt ?? undefined };
    return { kid, entityId, ssoUrl, certificate, metadataUrl: publicUrl(found), metadataXml: text };
  }
  throw noMetadata(status);
}

/** The public address of the metadata of an app. */
export const SHARED_METADATA = '/app/{issuer}/sso/saml/metadata';

/** Reads metadata from their public address, if that is on the org itself; undefined for any other. */
export async function ownMetadataAt(context: ActionContext, given: string): Promise<string | undefined> {
  const url = parseUrl(given);
  const [, issuer] = /^\/app\/([^/]+)\/sso\/saml\/metadata$/.exec(url?.pathname ?? '') ?? [];
  if (url?.origin !== context.orgUrl || issuer === undefined) return undefined;
  const headers = { Accept: 'application/xml' };
  return (await context.call({ method: 'GET', path: SHARED_METADATA, params: { issuer }, headers })).text;
}

/** The error for an answer that is no SAML metadata. */
export function noMetadata(status: number): OktaError {
  return new OktaError('Okta answered, but not with SAML metadata', {
    ...{ code: 'unexpected_response', actor: 'okta', status },
    hint: 'Check the proxies between this machine and Okta.',
    request: { method: 'GET', pathTemplate: METADATA_OF_APP },
  });
}

/** What a service provider must know of Okta, from the metadata of an app; undefined for any other text. */
export async function identityProviderIn(xml: string) {
  try {
    const { entityId, signOn, certificates } = await samlEntity(xml);
    const ssoUrl = signOn.find(({ binding }) => binding === 'HTTP-POST')?.url ?? signOn[0]?.url;
    if (!ssoUrl || !URL.canParse(ssoUrl)) return undefined;
    return { entityId, ssoUrl, certificates: certificates.map(({ base64 }) => base64) };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Where a service provider reads the metadata without a token; the link in the app needs one. */
const publicUrl = ({ entityId, ssoUrl }: { entityId: string; ssoUrl: string }): string =>
  new URL(SHARED_METADATA.replace('{issuer}', String(entityId.split('/').at(-1))), ssoUrl).href;
