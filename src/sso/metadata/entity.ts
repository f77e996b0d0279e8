import type { Element } from '@xmldom/xmldom';
import { InputError } from '../../errors/errors.ts';
import { children, childText, metadataDocument } from './document.ts';

/** Where one side of SAML takes messages. A type, not an interface: it becomes part of an output. */
export type SamlEndpoint = {
  /** Last part of the binding: `HTTP-POST`. */
  binding: string;
  url: string;
};

/** An assertion consumer service: where a service provider takes assertions. */
export interface AcsEndpoint extends SamlEndpoint {
  index: number;
  isDefault: boolean | undefined;
}

/** An attribute that a service provider asks for. */
export interface RequestedAttribute {
  name: string;
  friendlyName: string | undefined;
  nameFormat: string | undefined;
}

/** What the metadata says of one entity. */
export interface SamlEntity {
  entityId: string;
  /** Milliseconds since the epoch. */
  validUntil: number | undefined;
  isIdentityProvider: boolean;
  isServiceProvider: boolean;
  /** Of an identity provider. */
  signOn: SamlEndpoint[];
  /** Of a service provider. */
  acs: AcsEndpoint[];
  logout: SamlEndpoint[];
  nameIdFormats: string[];
  /** Base64 without blanks; `use` is signing, encryption, or undefined for both. */
  certificates: { use: string | undefined; base64: string }[];
  attributes: RequestedAttribute[];
  wantsAssertionsSigned: boolean;
  signsRequests: boolean;
}

const SAML2 = 'urn:oasis:names:tc:SAML:2.0:protocol';

/**
 * Reads one entity from SAML metadata.
 * @param entityId which one, where the metadata describes several.
 * @throws InputError for what is no SAML 2.0 metadata, or if the entity is not clear.
 */
export async function samlEntity(xml: string, entityId?: string): Promise<SamlEntity> {
  const entities = [...entitiesIn(await metadataDocument(xml))];
  const ids = entities.map((one) => one.getAttribute('entityID') ?? '');
  if (entities.length > 1 && entityId === undefined) {
    throw new InputError(`The SAML metadata describes ${entities.length} entities`, {
      causes: ids,
      hint: 'Say which one: give its entityId.',
    });
  }
  const found = entityId === undefined ? entities[0] : entities[ids.indexOf(entityId)];
  if (!found) {
    throw new InputError('The SAML metadata does not describe this entity', {
      causes: ids,
      hint: 'The entityId must be equal to the one in the metadata, character by character.',
    });
  }
  return entityOf(found);
}

/** Depth first; metadata of federations may nest groups of entities. */
function* entitiesIn(root: Element): Generator<Element> {
  const waiting = [root];
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    if (one.localName === 'EntityDescriptor') yield one;
    else waiting.push(...children(one, 'EntitiesDescriptor'), ...children(one, 'EntityDescriptor'));
  }
}

function entityOf(entity: Element): SamlEntity {
  const entityId = entity.getAttribute('entityID');
  if (!entityId) {
    throw new InputError('The SAML metadata has no entityID', {
      hint: 'Export it again, or give entityId and acsUrl instead.',
    });
  }
  const speaking = (name: string) =>
    children(entity, name).filter((role) =>
      (role.getAttribute('protocolSupportEnumeration') ?? SAML2).split(/\s+/).includes(SAML2),
    );
  const providers = speaking('SPSSODescriptor');
  const identityProviders = speaking('IDPSSODescriptor');
  const roles = [...providers, ...identityProviders];
  const of = (name: string) => roles.flatMap((role) => children(role, name));
  const ends = [entity, ...roles].flatMap((one) => one.getAttribute('validUntil') ?? []);
  return {
    entityId,
    validUntil: ends.length > 0 ? Math.min(...ends.map((end) => Date.parse(end))) : undefined,
    isIdentityProvider: identityProviders.length > 0,
    isServiceProvider: providers.length > 0,
    signOn: of('SingleSignOnService').map(endpoint),
    acs: of('AssertionConsumerService').map((one, at) => ({
      ...endpoint(one),
      index: Number(one.getAttribute('index') ?? at),
      isDefault: truth(one.getAttribute('isDefault')),
    })),
    logout: of('SingleLogoutService').map(endpoint),
    nameIdFormats: of('NameIDFormat').flatMap((one) => one.textContent?.trim() || []),
    certificates: of('KeyDescriptor').flatMap(certificatesOf),
    attributes: of('AttributeConsumingService')
      .flatMap((one) => children(one, 'RequestedAttribute'))
      .map((one) => ({
        name: one.getAttribute('Name') ?? '',
        friendlyName: one.getAttribute('FriendlyName') ?? undefined,
        nameFormat: one.getAttribute('NameFormat') ?? undefined,
      })),
    wantsAssertionsSigned: roles.some((one) => truth(one.getAttribute('WantAssertionsSigned')) === true),
    signsRequests: roles.some((one) => truth(one.getAttribute('AuthnRequestsSigned')) === true),
  };
}

const endpoint = (one: Element): SamlEndpoint => ({
  binding: (one.getAttribute('Binding') ?? '').split(':').at(-1) ?? '',
  url: (one.getAttribute('Location') ?? '').trim(),
});

const certificatesOf = (key: Element) =>
  children(key, 'KeyInfo')
    .flatMap((info) => children(info, 'X509Data'))
    .flatMap((data) => childText(data, 'X509Certificate') ?? [])
    .map((text) => ({ use: key.getAttribute('use') ?? undefined, base64: text.replace(/\s+/g, '') }));

/** A boolean of XML Schema. */
const truth = (value: string | null): boolean | undefined =>
  value === null ? undefined : value === 'true' || value === '1';
