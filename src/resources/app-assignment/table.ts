/**
 * The columns of a table of assignments: of which app, whether a user or a group is assigned (`kind`) and which (`id`), and
 * Okta's members of both.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationUsers/
 */
export const assignmentTable = {
  path: '/api/v1/apps/{appId}/users',
  pageSize: 200,
  columns: () => [
    ...['appId', 'appLabel', 'kind', 'id', 'status', 'scope', 'credentials.userName', 'priority'],
    ...['created', 'lastUpdated', 'statusChanged', 'passwordChanged', 'syncState', 'externalId'],
  ],
  further: ['profile', 'lastSync', '_links', '_embedded'],
};
