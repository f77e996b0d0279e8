import type { Area } from '../kinds/area.ts';
import { brands, seedBrand } from './brands.ts';
import { customizations, emailEndpoints } from './emails.ts';
import { emailDomains, smsTemplates } from './messages.ts';
import { pageEndpoints } from './pages.ts';
import { themes } from './themes.ts';

export const brandingArea: Area = {
  number: 8,
  kinds: [brands, themes, customizations, smsTemplates, emailDomains],
  endpoints: [...emailEndpoints, ...pageEndpoints],
  seed: seedBrand,
};
