import { defineAction } from '../../define.ts';
import { deviceLifecycle } from '../../resources/device/changes.ts';
import { docsOf } from '../../resources/docs.ts';

export const suspendDevice = defineAction({
  ...deviceLifecycle('suspend', 'SUSPENDED'),
  key: 'suspend_device',
  title: 'Suspend device',
  description:
    'Suspends an active device for a time: its users cannot sign in with it. Nothing is lost; unsuspend_device reverses it.',
  docsUrl: docsOf('Device', 'suspendDevice'),
  effect: { kind: 'write', idempotent: true, destructive: false },
});
