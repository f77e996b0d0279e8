import { createHash } from 'node:crypto';
import { invalid, oktaError } from '../errors.ts';
import { type Call, type Endpoint, noContent, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { found, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { brandOf, brands, newBrand } from './brands.ts';

const path = '/api/v1/domains';

/** The org's own domains. Each has a brand: a new one, named like it, until another one is chosen. */
export const domains = defineKind({
  ...{ path, param: 'domainId', prefix: 'OcD', type: 'Domain', scope: 'okta.domains', created: 201 },
  list: { in: 'domains' },
  make(call, { domain, certificateSourceType }) {
    const taken = [...call.org.objects.of(path)].some(({ body }) => body.domain === domain);
    const causes = [
      typeof domain === 'string' && /^[\w-]+(\.[\w-]+)+$/.test(domain) ? '' : 'domain: not a domain name',
      taken ? 'domain: this domain exists already' : '',
      /^(MANUAL|OKTA_MANAGED)$/.test(String(certificateSourceType))
        ? ''
        : 'certificateSourceType: MANUAL or OKTA_MANAGED is expected',
    ].filter(Boolean);
    if (causes.length > 0) throw invalid('domain', ...causes);
    const name = String(domain);
    const verification = createHash('md5').update(name).digest('hex');
    const dnsRecords = [
      { recordType: 'TXT', fqdn: `_oktaverification.${name}`, values: [verification], expiration: null },
      { recordType: 'CNAME', fqdn: name, values: ['sandbox.customdomains.okta.test'] },
    ];
    const { id: brandId } = newBrand(call, name);
    return { domain: name, certificateSourceType, validationStatus: 'NOT_STARTED', dnsRecords, brandId };
  },
  change(call, { brandId }, { body }) {
    return { ...body, brandId: brandOf({ ...call, params: { brandId: String(brandId) } }).id };
  },
  view({ origin }, { id, list, body }) {
    const self = `${origin}${list}/${id}`;
    const link = (href: string, ...allow: string[]) => ({ href, hints: { allow } });
    return {
      ...{ id, ...body },
      _links: {
        self: link(self, 'GET', 'PUT', 'DELETE'),
        brand: link(`${origin}${brands.path}/${body.brandId}`, 'GET', 'PUT', 'DELETE'),
        verify: link(`${self}/verify`, 'POST'),
        certificate: link(`${self}/certificate`, 'PUT'),
      },
    };
  },
  nameOf: ({ body }) => String(body.domain),
  events: {
    create: 'system.custom_url_domain.initiate',
    update: 'system.custom_url_domain.update',
    delete: 'system.custom_url_domain.delete',
  },
});

const manage = 'okta.domains.manage';

export const domainEndpoints: Endpoint[] = [
  { method: 'POST', path: `${path}/:domainId/verify`, scope: manage, handle: verify },
  { method: 'PUT', path: `${path}/:domainId/certificate`, scope: manage, handle: setCertificate },
  {
    ...{ method: 'GET', path: `${brands.path}/:brandId/domains`, scope: 'okta.brands.read' },
    handle: (call) => ok({ domains: ofBrand(call, brandOf(call)) }),
  },
];

/** Nobody owns a domain here, so its records are never found. */
function verify(call: Call) {
  const domain = found(call, domains);
  const body = { ...domain.body, validationStatus: 'FAILED_TO_VERIFY' };
  return ok(viewOf(call, domains, call.org.objects.put({ ...domain, body })));
}

/** @throws Refusal for a domain that nobody verified */
function setCertificate(call: Call) {
  const domain = found(call, domains);
  if (domain.body.validationStatus !== 'VERIFIED') throw oktaError('E0000107');
  call.org.objects.put({ ...domain, body: { ...domain.body, validationStatus: 'COMPLETED' } });
  return noContent;
}

function ofBrand(call: Call, { id }: StoredObject): Json[] {
  const all = [...call.org.objects.of(path)].filter(({ body }) => body.brandId === id);
  return all.map((one) => viewOf(call, domains, one));
}
