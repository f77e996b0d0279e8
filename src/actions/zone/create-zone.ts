import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { zoneBody, zoneMembers, zoneNeeds } from '../../resources/zone/members.ts';
import { zone } from '../../resources/zone/resource.ts';
import { zoneSample, zoneSchema } from '../../resources/zone/schema.ts';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

const path = '/api/v1/zones';
const answer = needsOf(zoneSchema);

export const createZone = defineAction({
  key: 'create_zone',
  resource: zone,
  title: 'Create network zone',
  description:
    'Creates a network zone for policies or a block list. Okta makes every new zone active; one that shall be inactive is deactivated right after.',
  docsUrl: docsOf('NetworkZone', 'createNetworkZone'),
  scopes: ['okta.networkZones.manage'],
  effect: { kind: 'write', idempotent: false, destructive: false },
  input: z.strictObject({
    type: field(
      labelled(z.enum(['IP', 'DYNAMIC', 'DYNAMIC_V2']), {
        IP: 'IP addresses',
        DYNAMIC_V2: 'Enhanced dynamic',
      }),
      'Type',
      'IP: addresses. DYNAMIC: places and proxies. DYNAMIC_V2: also services, and exclusions.',
      'IP',
    ),
    name: field(z.string().min(1).max(128), 'Name', 'Unique name.', 'Head office'),
    usage: field(
      labelled(z.enum(['POLICY', 'BLOCKLIST']), {
        POLICY: 'For policies',
        BLOCKLIST: 'Block list',
      }).optional(),
      'Usage',
      'POLICY, which is the default, or BLOCKLIST: everything from there is refused.',
      'BLOCKLIST',
    ),
    status: field(
      z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
      'Status',
      'INACTIVE: the zone has no effect yet.',
      'INACTIVE',
    ),
    ...zoneMembers,
  }),
  output: zoneSchema,
  calls: [`POST ${path}`, `POST ${path}/{zoneId}/lifecycle/deactivate`],
  async run(context, { type, name, usage, status, ...members }) {
    if (Object.values(members).every((one) => one === undefined)) {
      throw new InputError(`A zone of type ${type} needs ${zoneNeeds(type)}`, { hint: 'Give at least one.' });
    }
    const body = { type, name, usage, ...zoneBody(type, members) };
    const { json: made } = await context.step('created', () =>
      context.call({ method: 'POST', path, body, answer }),
    );
    if (made.status === status) return made;
    const params = { zoneId: made.id };
    const call = { path: `${path}/{zoneId}/lifecycle/deactivate`, params, answer, idempotent: true };
    const { json } = await context.step('deactivated', () => context.call({ method: 'POST', ...call }));
    return json;
  },
  sample: {
    input: { type: 'IP', name: 'Head office', gateways: ['203.0.113.0/24'] },
    output: zoneSample,
  },
});
