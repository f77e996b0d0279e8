import { z } from 'zod';
import { defineResource } from '../../define.ts';
import { field } from '../../schema/fields.ts';
import { appIdOf } from '../app/reference.ts';
import { looksLikeId } from '../by-name.ts';

const side = (title: string, example: { id: string; name: string; type: string }) =>
  field(
    z
      .looseObject({ id: z.string().optional(), name: z.string().optional(), type: z.string().optional() })
      .optional(),
    title,
    'App, identity provider (type appuser) or user type (type user).',
    example,
  );

/** A profile mapping as Okta lists it. */
export const profileMappingSchema = z.looseObject({
  id: field(z.string(), 'Mapping ID', 'Unique id.', 'prm1abcdefghijklmnop'),
  source: side('Source', { id: '0oa1abcdefghijklmnop', name: 'hr_app', type: 'appuser' }),
  target: side('Target', { id: 'oty1abcdefghijklmnop', name: 'user', type: 'user' }),
});

export const profileMapping = defineResource({
  key: 'profile_mapping',
  title: 'Profile mapping',
  job: 'apps',
  scopes: ['okta.profileMappings.read'],
  schema: profileMappingSchema,
  one: '/api/v1/mappings/{mappingId}',
});

/** What a profile mapping leads from or to. */
export const mappingSide = defineResource({
  key: 'mapping_side',
  title: 'App or user type',
  scopes: ['okta.apps.read'],
  names: {
    words: 'Id of a user type or identity provider, or id or exact label of an app',
    example: '0oa1abcdefghijklmnop',
    handle: 'Acme CRM',
    calls: ['GET /api/v1/apps'],
    resolve: async (context, reference) =>
      looksLikeId('oty', reference) ? reference : appIdOf(context, reference),
  },
});
