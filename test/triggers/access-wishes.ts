import type { Client as Org } from '../sandbox/support.ts';

/** Asks for access by a request type. @returns the id of the request. */
export async function askByType(org: Org): Promise<string> {
  const wish = { requestTypeId: '61eb2db568c7c300079fefd0', subject: 'Need access to the wiki' };
  return (await org.post('/governance/api/v1/requests', wish)).body.id;
}

/**
 * Asks for access to an app of the catalog. Nobody may approve it, so that it is rejected a second later; with approvers, it waits
 * for them.
 */
export async function askByCatalog(org: Org, { hasApprovers = false } = {}): Promise<string> {
  const [{ id: appId }] = (await org.get('/api/v1/apps?limit=1')).body;
  const conditions = `/governance/api/v2/resources/${appId}/request-conditions`;
  const { id } = (
    await org.post(conditions, {
      ...{ name: 'Nobody', approvalSequenceId: '68920b41386747a673869356' },
      ...{ accessScopeSettings: { type: 'RESOURCE_DEFAULT' }, requesterSettings: { type: 'EVERYONE' } },
    })
  ).body;
  // In the catalog is what some condition made requestable.
  await org.post(`${conditions}/${id}/activate`);
  if (!hasApprovers) await org.post(`${conditions}/${id}/deactivate`);
  const filter = encodeURIComponent('not(parent pr)');
  const { data } = (await org.get(`/governance/api/v2/catalogs/default/entries?filter=${filter}`)).body;
  const { body } = await org.post('/governance/api/v2/requests', {
    requested: { type: 'CATALOG_ENTRY', entryId: data[0].id },
    requestedFor: { type: 'OKTA_USER', externalId: org.sandbox.admin.id },
  });
  return body.id;
}
