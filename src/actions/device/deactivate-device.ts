import { defineAction } from '../../define.ts';
import { deviceLifecycle } from '../../resources/device/changes.ts';
import { docsOf } from '../../resources/docs.ts';

export const deactivateDevice = defineAction({
  ...deviceLifecycle('deactivate', 'DEACTIVATED'),
  key: 'deactivate_device',
  title: 'Deactivate device',
  description:
    'Deactivates a device: it loses its users, factors and certificates, so people must enroll it anew with Okta Verify.',
  docsUrl: docsOf('Device', 'deactivateDevice'),
  effect: { kind: 'write', idempotent: true, destructive: true },
});
