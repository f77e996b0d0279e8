import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { needsOf } from '../../resources/answers.ts';
import { replacementOf } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { addressList, changedAddresses } from '../../resources/zone/addresses.ts';
import { zoneBody, zoneMembers } from '../../resources/zone/members.ts';
import { zone } from '../../resources/zone/resource.ts';
import { zoneSample, zoneSchema } from '../../resources/zone/schema.ts';
import { changed, field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';

const path = '/api/v1/zones/{zoneId}';

const some = (title: string, description: string) =>
  field(addressList.optional(), title, description, ['203.0.113.9']);

export const updateZone = defineAction({
  key: 'update_zone',
  resource: zone,
  title: 'Update network zone',
  description:
    'Changes the given parts of a network zone and keeps all others; single addresses can be added and removed. Okta replaces the whole zone, so of two updates at the same moment one can be lost.',
  docsUrl: docsOf('NetworkZone', 'replaceNetworkZone'),
  scopes: ['okta.networkZones.manage', 'okta.networkZones.read'],
  effect: { kind: 'write', idempotent: true, destructive: false },
  input: z.strictObject({
    zoneId: ref(zone),
    name: field(z.string().min(1).max(128).optional(), 'Name', 'New name.', 'Head office'),
    usage: field(
      labelled(z.enum(['POLICY', 'BLOCKLIST']), {
        POLICY: 'For policies',
        BLOCKLIST: 'Block list',
      }).optional(),
      'Usage',
      'BLOCKLIST: everything from there is refused, admins included.',
      'POLICY',
    ),
    status: field(z.enum(['ACTIVE', 'INACTIVE']).optional(), 'Status', 'New status.', 'INACTIVE'),
    addGateways: some('Add gateways', 'Addresses, CIDR blocks or ranges to add to an IP zone.'),
    removeGateways: some('Remove gateways', 'Gateways to remove; an entry goes as a whole only.'),
    addProxies: some('Add proxies', 'Trusted proxies to add to an IP zone.'),
    removeProxies: some('Remove proxies', 'Trusted proxies to remove; an entry goes as a whole only.'),
    ...zoneMembers,
  }),
  output: zoneSchema.extend({ changed }),
  calls: [
    `GET ${path}`,
    `PUT ${path}`,
    `POST ${path}/lifecycle/activate`,
    `POST ${path}/lifecycle/deactivate`,
  ],
  async run(context, { zoneId, name, usage, status, ...given }) {
    const { addGateways = [], removeGateways = [], addProxies = [], removeProxies = [], ...members } = given;
    const params = { zoneId: (await zone.names?.resolve(context, zoneId)) ?? zoneId };
    const target = { path, params, answer: needsOf(zoneSchema) };
    const { json: known } = await context.call({ method: 'GET', ...target });
    const single = [...addGateways, ...removeGateways, ...addProxies, ...removeProxies];
    if (single.length > 0 && known.type !== 'IP') {
      throw new InputError(`A zone of type ${known.type} has no addresses`, {
        hint: 'Only IP zones have gateways and proxies.',
      });
    }
    const body: Record<string, unknown> = { name, usage, ...zoneBody(known.type, members) };
    for (const [list, add, remove] of [
      ['gateways', addGateways, removeGateways],
      ['proxies', addProxies, removeProxies],
    ] as const) {
      if (add.length + remove.length === 0) continue;
      if (members[list]) throw new InputError(`${list} cannot be replaced and changed at once`);
      const changed = changedAddresses(known[list] ?? [], add, remove);
      body[list] = changed.length > 0 ? changed : null;
    }
    const replacement = replacementOf(known, body);
    const saved = replacement
      ? (await context.step('updated', () => context.call({ method: 'PUT', ...target, body: replacement })))
          .json
      : known;
    // A replacement can change the status, whatever it says.
    const wanted = status ?? known.status;
    if (saved.status === wanted) return { ...saved, changed: replacement !== undefined };
    const operation = wanted === 'ACTIVE' ? 'activate' : 'deactivate';
    const call = { ...target, path: `${path}/lifecycle/${operation}` };
    const { json } = await context.step(`${operation}d`, () => context.call({ method: 'POST', ...call }));
    return { ...json, changed: true };
  },
  sample: {
    input: { zoneId: 'Head office', addGateways: ['203.0.113.9'] },
    output: { ...zoneSample, changed: true },
  },
});
