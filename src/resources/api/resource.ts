import { defineResource } from '../../define.ts';

/** Any path of the org. */
export const api = defineResource({ key: 'api', title: 'API call', job: 'org', scopes: [] });
