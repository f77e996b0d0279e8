import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { InputError, isOktaError } from '../../errors/errors.ts';
import { acknowledged } from '../../resources/answers.ts';
import { change, changeOutput, GONE } from '../../resources/changes.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { zone } from '../../resources/zone/resource.ts';

const path = '/api/v1/zones/{zoneId}';
const answer = z.object({ status: z.string(), system: z.boolean().optional() });

export const deleteZone = defineAction({
  key: 'delete_zone',
  resource: zone,
  title: 'Delete network zone',
  description:
    'Deactivates a network zone and deletes it. Policies that name it must be changed first; the zones that Okta made cannot be deleted.',
  docsUrl: docsOf('NetworkZone', 'deleteNetworkZone'),
  scopes: ['okta.networkZones.manage', 'okta.networkZones.read'],
  effect: { kind: 'write', idempotent: true, destructive: true },
  input: z.strictObject({ zoneId: ref(zone) }),
  output: changeOutput({ zoneId: zone }),
  calls: [`GET ${path}`, `POST ${path}/lifecycle/deactivate`, `DELETE ${path}`],
  async run(context, { zoneId }) {
    const params = { zoneId: (await zone.names?.resolve(context, zoneId)) ?? zoneId };
    const found = await context.call({ method: 'GET', path, params, answer }).catch((error: unknown) => {
      if (isOktaError(error) && error.oktaCode === GONE) return undefined;
      throw error;
    });
    if (!found) return { ...params, changed: false };
    if (found.json.system) {
      throw new InputError('The zones that Okta made cannot be deleted', {
        hint: 'Set its status to INACTIVE with update_zone.',
      });
    }
    if (found.json.status === 'ACTIVE') {
      const call = { path: `${path}/lifecycle/deactivate`, params, answer: acknowledged };
      await context.step('deactivated', () => context.call({ method: 'POST', ...call }));
    }
    const { changed } = await context.step('deleted', () =>
      change(context, { method: 'DELETE', path, params }, [GONE]),
    );
    return { ...params, changed };
  },
  sample: {
    input: { zoneId: 'Old office' },
    output: { zoneId: 'nzo1abcdefghijklmnop', changed: true },
  },
});
