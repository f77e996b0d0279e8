import { defineAction } from '../../define.ts';
import { deviceLifecycle } from '../../resources/device/changes.ts';
import { docsOf } from '../../resources/docs.ts';

export const activateDevice = defineAction({
  ...deviceLifecycle('activate', 'ACTIVE'),
  key: 'activate_device',
  title: 'Activate device',
  description: 'Activates a deactivated device. People must still enroll it anew with Okta Verify.',
  docsUrl: docsOf('Device', 'activateDevice'),
  effect: { kind: 'write', idempotent: true, destructive: false },
});
