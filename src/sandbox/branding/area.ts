import type { Area } from '../kinds/area.ts';
import { brands, seedBrand } from './brands.ts';
import { domainEndpoints, domains } from './domains.ts';
import { emailServerEndpoints, emailServers } from './email-servers.ts';
import { customizations, emailEndpoints } from './emails.ts';
import { emailDomainEndpoints, emailDomains, smsTemplates } from './messages.ts';
import { pageEndpoints } from './pages.ts';
import { imageEndpoints, themes } from './themes.ts';

export const brandingArea: Area = {
  number: 8,
  kinds: [brands, themes, customizations, smsTemplates, emailDomains, emailServers, domains],
  endpoints: [
    ...[...emailEndpoints, ...pageEndpoints, ...imageEndpoints],
    ...[...emailDomainEndpoints, ...emailServerEndpoints, ...domainEndpoints],
  ],
  seed: seedBrand,
};
