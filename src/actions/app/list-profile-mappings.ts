import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import {
  mappingSide,
  profileMapping,
  profileMappingSchema,
} from '../../resources/profile-mapping/resource.ts';
import { ref } from '../../resources/reference.ts';
import { limit } from '../../schema/fields.ts';

const path = '/api/v1/mappings';
const MOST = 200;

export const listProfileMappings = defineAction({
  key: 'list_profile_mappings',
  resource: profileMapping,
  title: 'List profile mappings',
  description:
    'Lists the mappings of attributes between apps, identity providers and types of user. The attributes themselves are in a single mapping (call_api: GET /api/v1/mappings/{mappingId}).',
  docsUrl: docsOf('ProfileMapping', 'listProfileMappings'),
  scopes: ['okta.profileMappings.read', 'okta.apps.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({
    sourceId: ref(mappingSide, { title: 'Source' }).optional(),
    targetId: ref(mappingSide, { title: 'Target', example: 'oty1abcdefghijklmnop' }).optional(),
    limit,
  }),
  output: z.array(profileMappingSchema),
  calls: [`GET ${path}`],
  async *stream(context, { sourceId, targetId, limit }) {
    const idOf = async (reference?: string) => reference && mappingSide.names?.resolve(context, reference);
    const query = {
      sourceId: await idOf(sourceId),
      targetId: await idOf(targetId),
      limit: Math.min(limit ?? MOST, MOST),
    };
    yield* context.list({ method: 'GET', path, query, answer: needsOf(profileMappingSchema) }, limit);
  },
  sample: {
    input: { sourceId: 'Acme CRM' },
    output: [
      {
        id: 'prm1abcdefghijklmnop',
        source: { id: '0oa1abcdefghijklmnop', name: 'crm', type: 'appuser' },
        target: { id: 'oty1abcdefghijklmnop', name: 'user', type: 'user' },
      },
    ],
  },
});
