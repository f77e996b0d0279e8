import type { Area } from '../kinds/area.ts';
import { sessionEndpoints } from '../sessions/sessions.ts';
import { agentPoolKind } from './agent-pools.ts';
import { apiTokenEndpoints, apiTokenKind, seedApiToken } from './api-tokens.ts';
import { captchaEndpoints } from './captcha.ts';
import { contactEndpoints } from './contacts.ts';
import { featureEndpoints, featureKind, seedFeatures } from './features.ts';
import { orgFactorKind, seedOrgFactors } from './org-factors.ts';
import { orgEndpoints } from './org-info.ts';
import { principalLimitKind } from './principal-limits.ts';
import { pushProviderKind } from './push-providers.ts';
import { simpleSettingEndpoints } from './simple.ts';
import { supportEndpoints } from './support.ts';
import { switchEndpoints } from './switches.ts';
import { threatInsightEndpoints } from './threat-insight.ts';

export const orgSettingsArea: Area = {
  number: 10,
  kinds: [featureKind, orgFactorKind, apiTokenKind, principalLimitKind, pushProviderKind, agentPoolKind],
  endpoints: [
    ...orgEndpoints,
    ...contactEndpoints,
    ...captchaEndpoints,
    ...switchEndpoints,
    ...simpleSettingEndpoints,
    ...featureEndpoints,
    ...apiTokenEndpoints,
    ...supportEndpoints,
    ...threatInsightEndpoints,
    ...sessionEndpoints,
  ],
  seed(org, ids) {
    seedFeatures(org, ids);
    seedOrgFactors(org);
    seedApiToken(org);
  },
};
