import type { Org } from './arrange.ts';

/** An app of the sandbox's seed that users can request, as an entry of the catalog. */
export async function requestable(
  org: Org,
): Promise<{ entryId: string; conditionId: string; appId: string }> {
  const { id: appId } = await org.app('Acme CRM', await org.user('bo'));
  const conditions = `/governance/api/v2/resources/${appId}/request-conditions`;
  const { id: conditionId } = await org.api('POST', conditions, {
    ...{ name: `Sales ${org.run}`, approvalSequenceId: '68920b41386747a673869356' },
    ...{ accessScopeSettings: { type: 'RESOURCE_DEFAULT' }, requesterSettings: { type: 'EVERYONE' } },
  });
  await org.api('POST', `${conditions}/${conditionId}/activate`);
  const filter = encodeURIComponent('not(parent pr)');
  const { data } = await org.api('GET', `/governance/api/v2/catalogs/default/entries?filter=${filter}`);
  return { entryId: data[0].id, conditionId, appId };
}

/** Submits a request and gives its id. */
export async function requested(org: Org, entryId: string, userId: string): Promise<string> {
  const { id } = await org.api('POST', '/governance/api/v2/requests', {
    requested: { type: 'CATALOG_ENTRY', entryId },
    requestedFor: { type: 'OKTA_USER', externalId: userId },
  });
  return id;
}

/** A campaign over a group with two new members, launched. */
export async function launched(
  org: Org,
  names = ['ana', 'bo'],
): Promise<{ campaignId: string; members: string[] }> {
  const group = await org.group(`Reviewed ${names.join(' ')}`);
  const people: { id: string }[] = [];
  for (const name of names) people.push(await org.user(name));
  for (const person of people) await org.member(person, group);
  const path = '/governance/api/v1/campaigns';
  const { id } = await org.api('POST', path, {
    name: `Review ${org.run}`,
    scheduleSettings: {
      type: 'ONE_OFF',
      startDate: '2026-01-02T03:04:05Z',
      durationInDays: 30,
      timeZone: 'UTC',
    },
    resourceSettings: {
      type: 'GROUP',
      targetResources: [{ resourceId: group.id, resourceType: 'GROUP' }],
    },
    principalScopeSettings: { type: 'USERS' },
    reviewerSettings: { type: 'USER', reviewerId: people[0]?.id },
    remediationSettings: { accessApproved: 'NO_ACTION', accessRevoked: 'NO_ACTION', noResponse: 'NO_ACTION' },
  });
  await org.api('POST', `${path}/${id}/launch`);
  return { campaignId: id, members: people.map((one) => one.id) };
}
