import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { changeOutput, setLifecycle } from '../changes.ts';
import { ref } from '../reference.ts';
import { DEVICES, deviceIdOf } from './reference.ts';
import { device } from './resource.ts';

/** Path of one device. */
export const DEVICE = `${DEVICES}/{deviceId}` as const;

/** What all changes of a device have in common. */
export const deviceChange = {
  resource: device,
  scopes: ['okta.devices.manage', 'okta.devices.read'],
  input: z.strictObject({ deviceId: ref(device) }),
  output: changeOutput({ deviceId: device }),
};

/** What all changes of the status of a device have in common, besides. */
export const deviceLifecycle = (operation: string, wanted: string) => ({
  ...deviceChange,
  calls: [`GET ${DEVICE}`, `POST ${DEVICE}/lifecycle/${operation}`] as const,
  async run(context: ActionContext, { deviceId }: { deviceId: string }) {
    const params = { deviceId: await deviceIdOf(context, deviceId) };
    return { ...(await setLifecycle(context, { path: DEVICE, params }, operation, wanted)), ...params };
  },
  sample: {
    input: { deviceId: 'ACME-MAC-1' },
    output: { deviceId: 'guo1abcdefghijklmnop', changed: true, status: wanted },
  },
});
