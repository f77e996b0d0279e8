import { accessArea } from './access/area.ts';
import { agentArea } from './agents/area.ts';
import { appArea } from './app-objects/area.ts';
import { brandingArea } from './branding/area.ts';
import { factorArea } from './factors/area.ts';
import { governanceArea } from './governance/area.ts';
import { groupArea } from './group-objects/area.ts';
import type { Area } from './kinds/area.ts';
import { orgSettingsArea } from './org-settings/area.ts';
import { policyArea } from './policies/area.ts';
import { provisioningArea } from './provisioning/area.ts';
import { signalArea } from './signals/area.ts';
import { userArea } from './user-objects/area.ts';

/** In matching order. */
export const areas: readonly Area[] = [
  groupArea,
  appArea,
  provisioningArea,
  userArea,
  factorArea,
  accessArea,
  policyArea,
  brandingArea,
  governanceArea,
  orgSettingsArea,
  signalArea,
  agentArea,
];
