import { expect } from 'vitest';
import type { Org } from '../support/arrange.ts';
import { scenario } from '../support/scenario.ts';

async function customized(org: Org) {
  const name = `Retail ${org.run}`;
  const brand = await org.api('POST', '/api/v1/brands', { name });
  const path = `/api/v1/brands/${brand.id}/templates/email/ForgotPassword`;
  const body = `\${resetPasswordLink}`;
  await org.api('POST', `${path}/customizations`, {
    language: 'en',
    isDefault: true,
    subject: 'New password',
    body,
  });
  await org.api('PUT', `${path}/settings`, { recipients: 'ADMINS_ONLY' });
  return { id: brand.id, name };
}

export default [
  scenario('list_mail_templates', {
    name: 'lists the e-mails of a brand by name, over several pages',
    async arrange(org) {
      const brand = await customized(org);
      await org.pagesOf(10);
      return brand;
    },
    input: ({ name }) => ({ brandId: name }),
    check: (output) => {
      const one = output.find(({ name }) => name === 'ForgotPassword');
      expect(one?._embedded).toMatchObject({
        customizationCount: 1,
        settings: { recipients: 'ADMINS_ONLY' },
      });
      expect(output.length).toBeGreaterThan(20);
    },
  }),
  scenario('list_mail_templates', {
    name: 'lists the first e-mails of a brand by id',
    arrange: customized,
    input: ({ id }) => ({ brandId: id, limit: 2 }),
    check: (output) => expect(output).toHaveLength(2),
  }),
];
