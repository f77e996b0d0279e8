import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { changeOutput, deleteObject } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref, resolvedId } from '../../resources/reference.ts';
import { trustedOrigin } from '../../resources/trusted-origin/resource.ts';

const path = '/api/v1/trustedOrigins/{trustedOriginId}';

export const deleteTrustedOrigin = defineAction({
  key: 'delete_trusted_origin',
  resource: trustedOrigin,
  title: 'Delete trusted origin',
  description:
    'Deletes a trusted origin, active or not. The website can then no longer call the org, receive its users or embed its pages.',
  docsUrl: docsOf('TrustedOrigin', 'deleteTrustedOrigin'),
  scopes: ['okta.trustedOrigins.manage', 'okta.trustedOrigins.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ trustedOriginId: ref(trustedOrigin) }),
  output: changeOutput({ trustedOriginId: trustedOrigin }),
  calls: [`GET ${path}`, `DELETE ${path}`],
  async run(context, { trustedOriginId: reference }) {
    const params = { trustedOriginId: await resolvedId(context, trustedOrigin, reference) };
    return deleteObject(context, { path, params });
  },
  sample: {
    input: { trustedOriginId: 'Staff portal' },
    output: { trustedOriginId: 'tos1abcdefghijklmnop', changed: true },
  },
});
