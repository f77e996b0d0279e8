import { isLoopback } from '../../auth/org-url.ts';
import { InputError } from '../../errors/errors.ts';
import { parseUrl } from '../../text/url.ts';
import type { AcsEndpoint, RequestedAttribute, SamlEntity } from './entity.ts';

/** What Okta must know of a service provider. */
export interface ServiceProvider {
  entityId: string;
  acsUrl: string;
  /** Further places that take assertions. */
  otherAcsUrls: string[];
  nameIdFormats: readonly string[];
  attributes: readonly RequestedAttribute[];
}

/**
 * A service provider as its metadata describes it.
 * @param now milliseconds since the epoch.
 * @throws InputError if it is none, takes no HTTP POST, or is no longer valid.
 */
export function serviceProviderOf(entity: SamlEntity, now: number): ServiceProvider {
  const { entityId, validUntil, nameIdFormats, attributes } = entity;
  if (!entity.isServiceProvider) {
    throw new InputError(
      `The SAML metadata describes ${entity.isIdentityProvider ? 'an identity provider' : 'no service provider of SAML 2.0'}`,
      { hint: 'Give the metadata of the application, not those of Okta.' },
    );
  }
  if (validUntil !== undefined && !(validUntil > now)) {
    const end = Number.isNaN(validUntil) ? 'a time that cannot be read' : new Date(validUntil).toISOString();
    throw new InputError(`The SAML metadata was valid until ${end}`, {
      hint: 'Export it again from the application.',
    });
  }
  const posts = entity.acs.filter(({ binding }) => binding === 'HTTP-POST');
  const chosen = defaultAcs(posts);
  if (!chosen) {
    throw new InputError('The SAML metadata has no assertion consumer service with HTTP POST', {
      causes: entity.acs.map(({ binding }) => `offered: ${binding}`),
      hint: 'Okta sends assertions by HTTP POST only: switch it on in the application.',
    });
  }
  const urls = new Set(posts.map(({ url }) => assertAcsUrl(url)));
  urls.delete(chosen.url);
  return {
    entityId: assertEntityId(entityId),
    acsUrl: chosen.url,
    otherAcsUrls: [...urls],
    nameIdFormats,
    attributes,
  };
}

/**
 * The default one: marked as such, else the first that is not marked as none, else the one with the lowest index.
 * @see https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf section 2.2.3
 */
function defaultAcs(posts: readonly AcsEndpoint[]): AcsEndpoint | undefined {
  return (
    posts.find(({ isDefault }) => isDefault === true) ??
    posts.find(({ isDefault }) => isDefault === undefined) ??
    posts.toSorted((a, b) => a.index - b.index)[0]
  );
}

/** Whether what is sent to a URL is protected on its way: https, or plain http on this machine. */
export function isProtected(given: string): boolean {
  const url = parseUrl(given);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.href));
}

/** @throws InputError for a name that no entity can have: it would break the lines of what is pasted. */
export function assertEntityId(given: string): string {
  if (/^[^\s\p{Cc}]{1,1024}$/u.test(given)) return given;
  throw new InputError('The entity ID of the application is not a URI', {
    hint: 'It has at most 1024 characters, and no blanks or line breaks: copy it from the application.',
  });
}

/** @throws InputError for a URL to which no assertion may be sent. */
export function assertAcsUrl(given: string): string {
  const url = parseUrl(given);
  if (url && isProtected(given) && !url.username && !url.password && !/\s/.test(given)) return given;
  throw new InputError('An assertion consumer service has no URL that protects what is sent', {
    causes: [url ? `${url.protocol}//${url.host}${url.pathname}` : 'it is not a URL'],
    hint: 'It must begin with https://; plain http is allowed only for this machine.',
  });
}
