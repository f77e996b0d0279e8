import { z } from 'zod';
import { defineAction } from '../../define.ts';
import {
  accessRequest,
  accessRequestSample,
  accessRequestSchema,
  catalogEntry,
} from '../../resources/access-request/resource.ts';
import { needsOf } from '../../resources/answers.ts';
import { governanceDocsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { userIdOf } from '../../resources/user/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field } from '../../schema/fields.ts';

const path = '/governance/api/v2/requests';
const POLL_MS = 2_000;

export const createAccessRequest = defineAction({
  key: 'create_access_request',
  resource: accessRequest,
  title: 'Create access request',
  description:
    'Requests access to a catalog entry for a user and waits until Okta has passed the request on: PENDING waits for approval, REJECTED means that no condition allows it. Needs Okta Identity Governance; names of entries are looked up with OAuth only.',
  docsUrl: governanceDocsOf('governance.requests.admin.v2', 'Requests', 'createRequestV2'),
  scopes: [
    ...['okta.accessRequests.request.manage', 'okta.accessRequests.request.read'],
    ...['okta.accessRequests.catalog.read', 'okta.users.read'],
  ],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    entryId: ref(catalogEntry),
    userId: ref(user, {
      title: 'For',
      description: 'Id, login or short name of the user who is to get access.',
    }),
    requestedBy: ref(user, {
      title: 'Requested by',
      description:
        'Id, login or short name of the user who asks, if not the admin of this connection; the settings of the resource must allow requests for others.',
    }).optional(),
    requesterFieldValues: field(
      z.array(z.looseObject({ id: z.string(), value: z.string().optional() })).optional(),
      'Field values',
      'Answers to the questions of the condition, each with the id of the field.',
      [{ id: 'OKTA_ACCESS_DURATION', value: 'P1D' }],
    ),
    waitSeconds: field(
      z.int().min(0).max(300).default(30),
      'Wait',
      'Seconds to wait until the request is no longer SUBMITTED; 0 does not wait.',
      10,
    ),
  }),
  output: accessRequestSchema,
  calls: [`POST ${path}`, `GET ${path}/{requestId}`],
  async run(context, { entryId: entry, userId, requestedBy: by, requesterFieldValues, waitSeconds }) {
    const principal = async (reference: string) => ({
      ...{ type: 'OKTA_USER', externalId: await userIdOf(context, reference) },
    });
    const body = {
      requested: { type: 'CATALOG_ENTRY', entryId: await catalogEntry.names?.resolve(context, entry) },
      requestedFor: await principal(userId),
      ...(by === undefined ? {} : { requestedBy: await principal(by) }),
      requesterFieldValues,
    };
    const answer = needsOf(accessRequestSchema);
    let request = (await context.call({ method: 'POST', path, body, answer })).json;
    const until = context.clock.now() + waitSeconds * 1000;
    while (request.status === 'SUBMITTED' && context.clock.now() + POLL_MS <= until) {
      context.progress('waiting for Okta to pass the request on');
      await context.clock.sleep(POLL_MS, context.signal);
      const params = { requestId: request.id };
      request = (await context.call({ method: 'GET', path: `${path}/{requestId}`, params, answer })).json;
    }
    return request;
  },
  sample: { input: { entryId: 'Acme CRM', userId: 'ana.ruiz@acme.test' }, output: accessRequestSample },
});
