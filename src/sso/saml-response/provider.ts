import { isLoopback } from '../../auth/org-url.ts';
import type { ActionContext } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { dateOf } from '../../http/rate-headers.ts';
import { appIdOf } from '../../resources/app/reference.ts';
import {
  identityProviderIn,
  keysOf,
  noMetadata,
  ownMetadataAt,
  signingKidOf,
  signingMetadataOf,
} from '../credentials/saml-signing.ts';
import { samlEntity } from '../metadata/entity.ts';
import { fetchMetadata } from '../metadata/fetch.ts';
import { ssoApp } from '../set-up/own-app.ts';

/** Where the two sides of a sign-in are described. What is given wins over what the app says. */
export interface Sides {
  appId?: string | undefined;
  idpMetadataXml?: string | undefined;
  idpMetadataUrl?: string | undefined;
  idpEntityId?: string | undefined;
  certificate?: string | undefined;
  audience?: string | undefined;
  acsUrl?: string | undefined;
}

/** Who signs, and for whom. */
export interface KnownSides {
  issuer: string;
  /** Base64 without blanks; the one that the app uses now comes first. */
  certificates: string[];
  audience: string;
  acsUrl: string;
  aheadMs: number | undefined;
}

const path = '/api/v1/apps/{appId}';

/** Reads both sides. @throws InputError for what is missing or contradicts itself. */
export async function sidesOf(context: ActionContext, given: Sides): Promise<KnownSides> {
  const sources = [given.idpMetadataXml, given.idpMetadataUrl, given.certificate].filter(
    (one) => one !== undefined,
  );
  if (sources.length > 1) {
    throw new InputError('The identity provider is described more than once', {
      hint: 'Give idpMetadataXml, idpMetadataUrl, or certificate with idpEntityId.',
    });
  }
  const { appId, app } = await appOf(context, given);
  const { audience, acsUrl } = ownSide(given, app?.settings?.signOn);
  const provider =
    (await givenProvider(context, given)) ??
    (app && appId !== undefined ? await appAsProvider(context, appId, signingKidOf(app)) : undefined);
  if (!provider) {
    throw new InputError('Nothing says who the identity provider is', {
      hint: 'Give appId, idpMetadataXml, idpMetadataUrl, or certificate with idpEntityId.',
    });
  }
  return { ...provider, audience, acsUrl };
}

async function appOf(context: ActionContext, { appId: reference }: Sides) {
  if (reference === undefined) return {};
  const appId = await appIdOf(context, reference);
  const { json: app } = await context.call({ method: 'GET', path, params: { appId }, answer: ssoApp });
  if (app.signOnMode?.startsWith('SAML_')) return { appId, app };
  throw new InputError(`The app does not sign in with SAML, but ${app.signOnMode ?? 'not at all'}`, {
    hint: 'Choose the app that the response comes from.',
  });
}

type SignOn = NonNullable<NonNullable<ReturnType<typeof ssoApp.parse>['settings']>['signOn']>;

/** The application, as it is called and reached. */
function ownSide(given: Sides, signOn: SignOn | null | undefined): Pick<KnownSides, 'audience' | 'acsUrl'> {
  const audience = given.audience ?? signOn?.audience ?? undefined;
  const known = [signOn?.ssoAcsUrl, ...(signOn?.acsEndpoints ?? []).map(({ url }) => url)].filter(
    (url) => url != null,
  );
  const urls = new Set(known);
  if (given.acsUrl === undefined && urls.size > 1) {
    throw new InputError('The app has several assertion consumer services', {
      causes: [...urls],
      hint: 'Give as acsUrl the one at which the response arrived: a response for one must not sign in at another.',
    });
  }
  const acsUrl = given.acsUrl ?? known[0];
  if (audience !== undefined && acsUrl !== undefined) return { audience, acsUrl };
  throw new InputError(`Nothing says what ${audience === undefined ? 'audience' : 'acsUrl'} is`, {
    hint: 'Give audience (entity ID of the application) and acsUrl (where the response arrived), or the appId of a SAML app.',
  });
}

type Provider = Pick<KnownSides, 'issuer' | 'certificates' | 'aheadMs'>;

/** The identity provider as the caller describes it; undefined if not at all. */
async function givenProvider(context: ActionContext, given: Sides): Promise<Provider | undefined> {
  const { idpMetadataXml, idpMetadataUrl, idpEntityId, certificate } = given;
  if (certificate !== undefined) {
    if (idpEntityId === undefined) {
      throw new InputError('A certificate alone does not say who the identity provider is', {
        hint: 'Give its entity ID as idpEntityId.',
      });
    }
    return { issuer: idpEntityId, certificates: certificatesIn(certificate), aheadMs: undefined };
  }
  if (idpMetadataXml === undefined && idpMetadataUrl === undefined) return undefined;
  const { orgUrl, signal, clock } = context;
  const xml =
    idpMetadataXml ??
    (await ownMetadataAt(context, String(idpMetadataUrl))) ??
    (await fetchMetadata(String(idpMetadataUrl), { allowLoopback: isLoopback(orgUrl), signal }));
  return { ...(await providerIn(xml, idpEntityId, clock.now())), aheadMs: undefined };
}

/** Every signing certificate counts: the first one of the metadata may be the retired one. */
async function providerIn(xml: string, entityId: string | undefined, now: number) {
  const entity = await samlEntity(xml, entityId);
  const certificates = entity.certificates
    .filter(({ use }) => use !== 'encryption')
    .map(({ base64 }) => base64);
  if (!entity.isIdentityProvider || certificates.length === 0) {
    throw new InputError('The SAML metadata describe no identity provider that signs', {
      hint: 'Give the metadata of the identity provider, not those of the application.',
    });
  }
  if (entity.validUntil !== undefined && !(entity.validUntil > now)) {
    throw new InputError('The SAML metadata of the identity provider are not valid any more', {
      hint: 'Read them again.',
    });
  }
  return { issuer: entity.entityId, certificates };
}

/** The app as Okta signs for it: with the key in use, or another one of it during a rotation. */
async function appAsProvider(context: ActionContext, appId: string, kid: string): Promise<Provider> {
  const { text, headers, status } = await signingMetadataOf(context, appId, kid);
  const date = dateOf(headers);
  const aheadMs = date === undefined ? undefined : context.clock.now() - date;
  const found = await identityProviderIn(text);
  if (!found) throw noMetadata(status);
  const others = (await keysOf(context, appId)).flatMap(({ x5c }) => x5c?.[0] ?? []);
  return { issuer: found.entityId, certificates: [...new Set([...found.certificates, ...others])], aheadMs };
}

/** One or several, as PEM or as bare base64. */
function certificatesIn(given: string): string[] {
  const blocks = [...given.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)];
  const texts = blocks.length > 0 ? blocks.map(([, base64 = '']) => base64) : [given];
  return texts.map((text) => text.replace(/\s+/g, ''));
}
