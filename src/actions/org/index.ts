import { listAuthenticators } from './list-authenticators.ts';
import { listBrands } from './list-brands.ts';
import { listMailTemplates } from './list-mail-templates.ts';

/** In display order. */
export const orgActions = [listAuthenticators, listBrands, listMailTemplates] as const;
