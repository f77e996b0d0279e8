import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { policy } from '../../resources/policy/resource.ts';
import { policySample, policySchema } from '../../resources/policy/schema.ts';
import { policyType } from '../../resources/policy/types.ts';
import { ref } from '../../resources/reference.ts';
import { field, limit } from '../../schema/fields.ts';

export const listPolicies = defineAction({
  key: 'list_policies',
  resource: policy,
  title: 'List policies',
  description: 'Lists the policies of one type. Okta has no list of all types, so the type is required.',
  docsUrl: docsOf('Policy', 'listPolicies'),
  scopes: ['okta.policies.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    type: ref(policyType, {
      title: 'Type',
      description:
        'ACCESS_POLICY (apps), OKTA_SIGN_ON (global session), PASSWORD, MFA_ENROLL and others; a type that the connector does not know is passed on.',
    }),
    status: field(
      z.enum(['ACTIVE', 'INACTIVE']).optional(),
      'Status',
      'Only policies with this status.',
      'ACTIVE',
    ),
    quickSearch: field(
      z.string().min(1).optional(),
      'Name starts with',
      'Beginning of the name.',
      'Contractors',
    ),
    limit,
  }),
  output: z.array(policySchema),
  request: {
    method: 'GET',
    path: '/api/v1/policies',
    query: ({ type, status, quickSearch }) => ({ type, status, q: quickSearch }),
    pageSize: 0,
  },
  sample: { input: { type: 'PASSWORD' }, output: [policySample] },
});
