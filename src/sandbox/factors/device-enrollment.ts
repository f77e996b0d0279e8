import type { Json } from '../json.ts';
import { partyOf } from '../kinds/endpoints.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import { userParty } from '../system-log/parties.ts';
import type { User } from '../users/user.ts';
import { deviceKind } from './device.ts';

/** A user sets up Okta Verify on a device that the org does not know. */
export function enrollDevice(org: Org, user: User, profile: { displayName: string; platform: string }) {
  const put = (list: string, id: string, body: Json): StoredObject => {
    const now = org.clock.seconds();
    return org.objects.put({ id, list, created: now, lastUpdated: now, body });
  };
  const device = put(deviceKind.path, org.ids.next('guo'), {
    status: 'ACTIVE',
    profile: { ...profile, registered: true, secureHardwarePresent: true },
  });
  const link = { userId: user.id, managementStatus: 'NOT_MANAGED', screenLockType: 'BIOMETRIC' };
  put(`${deviceKind.path}/${device.id}/users`, org.ids.next('lnk'), link);
  const detailEntry = { osPlatform: profile.platform, deviceStatus: device.body.status };
  org.logEvent({
    eventType: 'device.enrollment.create',
    fields: {
      actor: userParty(user),
      target: [{ ...partyOf(deviceKind, device), detailEntry }],
    },
  });
  return device;
}
