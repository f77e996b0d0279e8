import { listBrands } from './list-brands.ts';
import { listMailTemplates } from './list-mail-templates.ts';

/** In display order. */
export const orgActions = [listBrands, listMailTemplates] as const;
