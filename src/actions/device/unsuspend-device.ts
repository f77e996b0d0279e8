import { defineAction } from '../../define.ts';
import { deviceLifecycle } from '../../resources/device/changes.ts';
import { docsOf } from '../../resources/docs.ts';

export const unsuspendDevice = defineAction({
  ...deviceLifecycle('unsuspend', 'ACTIVE'),
  key: 'unsuspend_device',
  title: 'Unsuspend device',
  description: 'Lets the users of a suspended device sign in with it again.',
  docsUrl: docsOf('Device', 'unsuspendDevice'),
  effect: { kind: 'write', idempotent: true, destructive: false },
});
