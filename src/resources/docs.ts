/** URL of an operation in Okta's API reference. */
export const docsOf = (tag: string, operation: string): string =>
  `https://developer.okta.com/docs/api/openapi/okta-management/management/tag/${tag}/#tag/${tag}/operation/${operation}`;
