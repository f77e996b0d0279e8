import { createHash } from 'node:crypto';
import { invalid } from '../errors.ts';
import { type Endpoint, ok } from '../http.ts';
import { found, plainView, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

/** The texts of a text message. The answer to a replacement has no translations, although they are stored. */
export const smsTemplates = defineKind({
  ...{ path: '/api/v1/templates/sms', param: 'templateId', prefix: 'cst', type: 'SmsTemplate' },
  ...{ scope: 'okta.templates', serves: ['list', 'read', 'create', 'replace', 'update', 'delete'] },
  list: {
    select({ query }) {
      const type = query.get('templateType');
      return ({ body }) => type === null || body.type === type;
    },
  },
  make(_call, body) {
    if (!String(body.template ?? '').includes(`\${code}`))
      throw invalid('template', `template: must contain \${code}`);
    return { type: 'SMS_VERIFY_CODE', ...body };
  },
  view(call, object) {
    const { _links, translations, ...members } = plainView(call, smsTemplates, object);
    return call.method === 'PUT' || !translations ? members : { ...members, translations };
  },
});

const records = [
  ['TXT', '_oktaverification', ''],
  ['cname', 'mail', 'wl.mail.okta.test'],
  ['cname', 's1._domainkey', 's1.domainkey.mail.okta.test'],
  ['cname', 's2._domainkey', 's2.domainkey.mail.okta.test'],
] as const;

/** The domain from which an org sends e-mail; it works once its DNS records are verified. */
export const emailDomains = defineKind({
  ...{ path: '/api/v1/email-domains', param: 'emailDomainId', prefix: 'OeD', type: 'EmailDomain' },
  ...{ scope: 'okta.emailDomains', created: 201 },
  make(call, { brandId, domain, displayName, userName, validationSubdomain = 'mail' }) {
    if (!call.org.objects.get('/api/v1/brands', String(brandId)))
      throw invalid('brandId', 'brandId: no brand has this id');
    const verification = createHash('md5').update(String(domain)).digest('hex');
    const dnsValidationRecords = records.map(([recordType, name, value]) => {
      const fqdn = `${name}.${domain}`;
      return { recordType, fqdn, verificationValue: value || verification };
    });
    const told = { brandId, displayName, userName, domain, validationSubdomain, dnsValidationRecords };
    return { validationStatus: 'NOT_STARTED', ...told };
  },
  change(_call, { displayName, userName }, { body }) {
    return { ...body, displayName, userName };
  },
  view(call, object) {
    const { _links, created, lastUpdated, brandId, ...members } = plainView(call, emailDomains, object);
    return members;
  },
});

/** Nobody owns a domain here, so its records are never found. */
export const emailDomainEndpoints: Endpoint[] = [
  {
    ...{ method: 'POST', path: '/api/v1/email-domains/:emailDomainId/verify' },
    scope: 'okta.emailDomains.manage',
    handle(call) {
      const domain = found(call, emailDomains);
      const body = { ...domain.body, validationStatus: 'ERROR' };
      return ok(viewOf(call, emailDomains, call.org.objects.put({ ...domain, body })));
    },
  },
];
