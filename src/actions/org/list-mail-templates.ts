import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { brand } from '../../resources/brand/resource.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { field, limit } from '../../schema/fields.ts';

const template = z.looseObject({
  name: field(z.string(), 'Name', 'Name of the template.', 'ForgotPassword'),
  _embedded: field(
    z
      .looseObject({
        customizationCount: z.int().optional(),
        settings: z.looseObject({ recipients: z.string() }).optional(),
      })
      .optional(),
    'Details',
    'How many languages were customized, and who gets the e-mail: ALL_USERS, ADMINS_ONLY or NO_USERS.',
    { customizationCount: 2, settings: { recipients: 'ALL_USERS' } },
  ),
});

export const listMailTemplates = defineAction({
  key: 'list_mail_templates',
  resource: brand,
  noun: 'e-mail template',
  title: 'List e-mail templates',
  description:
    'Lists the e-mails that Okta sends for a brand, with who gets them and how many languages were customized.',
  docsUrl: docsOf('CustomTemplates', 'listEmailTemplates'),
  scopes: ['okta.templates.read', 'okta.brands.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ brandId: ref(brand), limit }),
  output: z.array(template),
  request: {
    method: 'GET',
    path: '/api/v1/brands/{brandId}/templates/email',
    query: () => ({ expand: ['settings', 'customizationCount'] }),
    pageSize: 200,
  },
  sample: {
    input: { brandId: 'Acme Retail', limit: 2 },
    output: [
      { name: 'ForgotPassword', _embedded: { customizationCount: 2, settings: { recipients: 'ALL_USERS' } } },
    ],
  },
});
