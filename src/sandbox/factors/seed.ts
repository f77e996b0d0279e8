import type { Json } from '../json.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';
import { authenticatorKind } from './authenticator.ts';
import { deviceKind } from './device.ts';
import { deviceIntegrationKind } from './device-integration.ts';

const day = 24 * 3600 * 1000;

/** Authenticators of a new org, with their methods. */
const authenticators: { key: string; type: string; name: string; settings?: Json; methods: string[] }[] = [
  {
    ...{ key: 'okta_email', type: 'email', name: 'Email', methods: ['email'] },
    settings: { allowedFor: 'any', tokenLifetimeInMinutes: 5 },
  },
  {
    ...{ key: 'okta_verify', type: 'app', name: 'Okta Verify', methods: ['push', 'signed_nonce', 'totp'] },
    settings: {
      compliance: { fips: 'OPTIONAL' },
      channelBinding: { style: 'NUMBER_CHALLENGE', required: 'HIGH_RISK_ONLY' },
      userVerification: 'PREFERRED',
      enrollmentSecurityLevel: 'HIGH',
      userVerificationMethods: ['BIOMETRICS'],
      appInstanceId: '',
    },
  },
  { key: 'okta_password', type: 'password', name: 'Password', methods: ['password'] },
  {
    ...{ key: 'phone_number', type: 'phone', name: 'Phone', methods: ['sms', 'voice'] },
    settings: { allowedFor: 'any' },
  },
  { key: 'webauthn', type: 'security_key', name: 'Security Key or Biometric', methods: ['webauthn'] },
  {
    ...{ key: 'security_question', type: 'security_question', name: 'Security Question' },
    ...{ methods: ['security_question'], settings: { allowedFor: 'recovery' } },
  },
];

const devices: { status: string; isAdmins: boolean; profile: Json }[] = [
  {
    ...{ status: 'ACTIVE', isAdmins: true },
    profile: {
      ...{ displayName: 'ACME-MAC-1', platform: 'MACOS', manufacturer: 'APPLE', model: 'Mac15,9' },
      ...{ osVersion: '15.6.1', serialNumber: 'C02X1SBOX0A2', registered: true, secureHardwarePresent: true },
      diskEncryptionType: 'ALL_INTERNAL_VOLUMES',
    },
  },
  {
    ...{ status: 'SUSPENDED', isAdmins: false },
    profile: {
      ...{
        displayName: 'ACME-WIN-1',
        platform: 'WINDOWS',
        manufacturer: 'Dell Inc.',
        model: 'Latitude 7450',
      },
      ...{ osVersion: '10.0.26100', serialNumber: '7XSBOX3', registered: true, secureHardwarePresent: true },
    },
  },
  {
    ...{ status: 'DEACTIVATED', isAdmins: false },
    profile: {
      ...{ displayName: 'Old phone', platform: 'ANDROID', manufacturer: 'samsung', model: 'SM-S921B' },
      ...{ osVersion: '16:2025-09-01', registered: true, secureHardwarePresent: true },
    },
  },
];

/** What every org has of authenticators and devices. */
export function seedFactors(org: Org, ids: IdFactory): void {
  const created = org.created - 60 * day;
  const put = (list: string, id: string, body: Json) =>
    org.objects.put({ id, list, created, lastUpdated: created, body });
  for (const { methods, ...body } of authenticators) {
    const { id } = put(authenticatorKind.path, ids.next('aut'), { ...body, status: 'ACTIVE' });
    for (const type of methods)
      put(`${authenticatorKind.path}/${id}/methods`, type, { type, status: 'ACTIVE' });
  }
  for (const { isAdmins, ...body } of devices) {
    const { id } = put(deviceKind.path, ids.next('guo'), body);
    const link = { userId: org.adminId, managementStatus: 'NOT_MANAGED', screenLockType: 'BIOMETRIC' };
    if (isAdmins) put(`${deviceKind.path}/${id}/users`, ids.next('lnk'), link);
  }
  for (const [name, displayName, platform] of [
    ['com.crowdstrike.zta', 'CrowdStrike ZTA', 'WINDOWS'],
    ['com.okta.device.osquery', 'OSQuery', 'MACOS'],
  ])
    put(deviceIntegrationKind.path, name as string, {
      ...{ name, displayName, platform, status: 'DEACTIVATED', metadata: { type: 'EDR' } },
    });
}
