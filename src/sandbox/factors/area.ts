import type { Area } from '../kinds/area.ts';
import { aaguidEndpoints, aaguidKind } from './aaguid.ts';
import { activationEndpoints } from './activate.ts';
import { deviceAssuranceKind } from './assurance.ts';
import { authenticatorDeactivation, authenticatorKind, methodKind } from './authenticator.ts';
import { behaviorKind } from './behavior.ts';
import { captchaKind } from './captcha.ts';
import { catalogEndpoints } from './catalog.ts';
import { deviceKind, deviceUserKind, userDeviceEndpoint } from './device.ts';
import { deviceIntegrationKind } from './device-integration.ts';
import { factorKind } from './factor.ts';
import { seedFactors } from './seed.ts';
import { verifyEndpoints } from './verify.ts';

export const factorArea: Area = {
  number: 5,
  kinds: [
    ...[factorKind, deviceKind, deviceUserKind, deviceIntegrationKind, deviceAssuranceKind],
    ...[authenticatorKind, methodKind, aaguidKind, behaviorKind, captchaKind],
  ],
  endpoints: [
    ...[...catalogEndpoints, ...activationEndpoints, ...verifyEndpoints],
    ...[userDeviceEndpoint, authenticatorDeactivation, ...aaguidEndpoints],
  ],
  seed: seedFactors,
};
