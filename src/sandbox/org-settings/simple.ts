import { invalid } from '../errors.ts';
import { type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { readSingle, writeSingle } from './single.ts';

/** A setting that is read and written as a whole. Its members and their types are those of `initial`. */
interface SimpleSetting {
  path: string;
  scope: string;
  writtenBy: 'PUT' | 'POST';
  initial: Json;
}

const enforced = { LOGIN_PAGE: 'ENFORCE', OAUTH2_AUTHORIZE: 'ENFORCE', OIE_APP_INTENT: 'ENFORCE' };

const settings: SimpleSetting[] = [
  rateLimit('admin-notifications', { notificationsEnabled: true }),
  rateLimit('per-client', { defaultMode: 'ENFORCE', useCaseModeOverrides: enforced }),
  rateLimit('warning-threshold', { warningThreshold: 90 }),
  org('settings/clientPrivilegesSetting', 'PUT', { clientPrivilegesSetting: true }),
  org('settings/autoAssignAdminAppSetting', 'POST', { autoAssignAdminAppSetting: true }),
  org('orgSettings/thirdPartyAdminSetting', 'POST', { thirdPartyAdmin: false }),
  desktop('enforce-number-matching-challenge', { desktopMFAEnforceNumberMatchingChallengeEnabled: false }),
  desktop('recovery-pin', { desktopMFARecoveryPinEnabled: false }),
  {
    ...{ path: '/api/v1/first-party-app-settings/admin-console', scope: 'okta.apps', writtenBy: 'PUT' },
    initial: { sessionIdleTimeoutMinutes: 15, sessionMaxLifetimeMinutes: 720 },
  },
  protection('authenticator', { verifyKnowledgeSecondWhen2faRequired: false }),
  protection('user-lockout', { preventBruteForceLockoutFromUnknownDevices: false }),
];

function rateLimit(name: string, initial: Json): SimpleSetting {
  return { path: `/api/v1/rate-limit-settings/${name}`, scope: 'okta.rateLimits', writtenBy: 'PUT', initial };
}

function org(name: string, writtenBy: 'PUT' | 'POST', initial: Json): SimpleSetting {
  return { path: `/api/v1/org/${name}`, scope: 'okta.orgs', writtenBy, initial };
}

function desktop(name: string, initial: Json): SimpleSetting {
  const path = `/device-access/api/v1/desktop-mfa/${name}-settings`;
  return { path, scope: 'okta.orgs', writtenBy: 'PUT', initial };
}

function protection(name: string, initial: Json): SimpleSetting {
  return {
    ...{ path: `/attack-protection/api/v1/${name}-settings`, scope: 'okta.orgs' },
    ...{ writtenBy: 'PUT', initial },
  };
}

export const simpleSettingEndpoints: Endpoint[] = settings.flatMap(({ path, scope, writtenBy, initial }) => [
  { method: 'GET', path, scope: `${scope}.read`, handle: (call) => ok(readSingle(call.org, path, initial)) },
  {
    method: writtenBy,
    path,
    scope: `${scope}.manage`,
    handle: (call) => {
      const body = checked(call, initial);
      writeSingle(call.org, path, body);
      return ok(body);
    },
  },
]);

function checked(call: Call, initial: Json): Json {
  const body = objectBody(call);
  for (const [name, value] of Object.entries(body)) {
    const known = initial[name];
    if (typeof value !== typeof known)
      throw invalid(
        name,
        `${name}: ${known === undefined ? 'not a setting' : `a ${typeof known} is expected`}`,
      );
  }
  return { ...initial, ...body };
}
