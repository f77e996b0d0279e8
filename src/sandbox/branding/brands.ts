import { invalid, oktaError } from '../errors.ts';
import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import { found, plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';

const path = '/api/v1/brands';

const usual = {
  removePoweredByOkta: false,
  customPrivacyPolicyUrl: null,
  agreeToCustomPrivacyPolicy: false,
  isDefault: false,
};

export const brands = defineKind({
  ...{ path, param: 'brandId', prefix: 'bnd', type: 'Brand', scope: 'okta.brands', created: 201 },
  list: {
    limit: [20, 200],
    select(call) {
      const q = call.query.get('q')?.toLowerCase() ?? '';
      return ({ body }) => String(body.name).toLowerCase().includes(q);
    },
  },
  make(call, { name }) {
    const taken = [...call.org.objects.of(path)].some(({ body }) => body.name === name);
    if (typeof name !== 'string' || name === '')
      throw invalid('name', 'name: The field cannot be left blank');
    if (taken) throw oktaError('E0000202');
    return { ...usual, name, defaultApp: appOf({}) };
  },
  change(_call, body, { body: known }) {
    if (body.customPrivacyPolicyUrl && body.agreeToCustomPrivacyPolicy !== true)
      throw invalid('agreeToCustomPrivacyPolicy', 'agreeToCustomPrivacyPolicy: must be true');
    const defaultApp = appOf((body.defaultApp ?? {}) as Json);
    const { isDefault } = known;
    return { ...usual, ...body, isDefault, defaultApp };
  },
  mayDelete(call, { id, body }) {
    if (body.isDefault) throw oktaError('E0000200');
    const used = [...call.org.objects.of('/api/v1/domains')].some((domain) => domain.body.brandId === id);
    if (used) throw oktaError('E0000201');
  },
  view(call, object) {
    const { created, lastUpdated, _links, ...members } = plainView(call, brands, object);
    const domain = [...call.org.objects.of('/api/v1/email-domains')].find(
      ({ body }) => body.brandId === object.id,
    );
    const emailDomain = domain ? { emailDomainId: domain.id } : {};
    return {
      ...members,
      ...emailDomain,
      _links: { ...(_links as Json), themes: link(call, object, 'themes', 'GET') },
    };
  },
});

function appOf({ appInstanceId = null, appLinkName = null, classicApplicationUri = null }: Json): Json {
  return { appInstanceId, appLinkName, classicApplicationUri };
}

/** A link to something below an object. */
export function link(call: Call, { list, id }: StoredObject, below: string, ...allow: string[]): Json {
  return { href: `${call.origin}${list}/${id}/${below}`, hints: { allow } };
}

/** The brand of a call. @throws Refusal E0000007 */
export function brandOf(call: Call): StoredObject {
  return found({ ...call, params: { brandId: call.params.brandId as string } }, brands);
}

/** The brand of a name, which is made if there is none. */
export function newBrand({ org }: Call, name: string): StoredObject {
  const known = [...org.objects.of(path)].find(({ body }) => body.name === name);
  const now = org.clock.seconds();
  const body = { ...usual, name, defaultApp: appOf({}) };
  const times = { created: now, lastUpdated: now };
  return known ?? org.objects.put({ id: org.ids.next('bnd'), list: path, ...times, body });
}

/** Every org has a brand that cannot be deleted. */
export function seedBrand(org: Org, ids: IdFactory): void {
  const times = { created: org.created, lastUpdated: org.created };
  const body = { ...usual, name: 'Okta Default', isDefault: true, defaultApp: appOf({}) };
  org.objects.put({ id: ids.next('bnd'), list: path, ...times, body });
}
