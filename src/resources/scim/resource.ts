import { defineResource } from '../../define.ts';

/** The directory of our SCIM server, to which Okta provisions. It is a file: Okta is not asked. */
export const scimDirectory = defineResource({
  key: 'scim_directory',
  title: 'SCIM directory',
  job: 'apps',
  scopes: [],
});

/** Okta's page about the SCIM protocol as it speaks it. */
export const SCIM_DOCS = 'https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20/';
