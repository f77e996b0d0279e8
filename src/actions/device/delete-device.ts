import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { isOktaError } from '../../errors/errors.ts';
import { change, GONE, setLifecycle } from '../../resources/changes.ts';
import { DEVICE, deviceChange } from '../../resources/device/changes.ts';
import { deviceIdOf } from '../../resources/device/reference.ts';
import { docsOf } from '../../resources/docs.ts';
import { field } from '../../schema/fields.ts';

export const deleteDevice = defineAction({
  ...deviceChange,
  key: 'delete_device',
  title: 'Delete device',
  description:
    'Permanently deletes a device, which Okta wants to be deactivated first: the action does both, and the output lists the steps done. Enrolling the device again makes a new one.',
  docsUrl: docsOf('Device', 'deleteDevice'),
  effect: { kind: 'write', idempotent: true, destructive: true },
  output: deviceChange.output.extend({
    steps: field(z.array(z.string()), 'Steps', 'What this call did.', ['deactivated', 'deleted']),
  }),
  calls: [`GET ${DEVICE}`, `POST ${DEVICE}/lifecycle/deactivate`, `DELETE ${DEVICE}`],
  async run(context, input) {
    const params = { deviceId: await deviceIdOf(context, input.deviceId) };
    const path = DEVICE;
    const deactivate = () => setLifecycle(context, { path, params }, 'deactivate', 'DEACTIVATED');
    const gone = await context.step('deactivated', deactivate).then(
      () => false,
      (error) => {
        if (isOktaError(error) && error.oktaCode === GONE) return true;
        throw error;
      },
    );
    if (!gone) {
      await context.step('deleted', () => change(context, { method: 'DELETE', path, params }, [GONE]));
    }
    return { ...params, changed: context.steps.length > 0, steps: [...context.steps] };
  },
  sample: {
    input: { deviceId: 'ACME-MAC-1' },
    output: { deviceId: 'guo1abcdefghijklmnop', changed: true, steps: ['deactivated', 'deleted'] },
  },
});
