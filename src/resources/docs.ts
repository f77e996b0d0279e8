/** URL of an operation in Okta's API reference. */
export const docsOf = (tag: string, operation: string): string =>
  `https://developer.okta.com/docs/api/openapi/okta-management/management/tag/${tag}/#tag/${tag}/operation/${operation}`;

/** The same for Identity Governance. @param api `governance.api`, `governance.requests.admin.v2` */
export const governanceDocsOf = (api: string, tag: string, operation: string): string =>
  `https://developer.okta.com/docs/api/iga/openapi/${api}/tag/${tag}/#tag/${tag}/operation/${operation}`;
