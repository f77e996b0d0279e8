import { defineResource } from '../../define.ts';

/** The types of policies, and what each decides. Okta adds new ones. */
const MEANINGS = {
  ACCESS_POLICY: 'signing in to apps',
  OKTA_SIGN_ON: 'global session',
  PASSWORD: 'passwords and account recovery',
  MFA_ENROLL: 'enrollment of authenticators',
  PROFILE_ENROLLMENT: 'self-service registration',
  IDP_DISCOVERY: 'routing to identity providers',
  POST_AUTH_SESSION: 'session protection',
  ENTITY_RISK: 'risk of users',
  DEVICE_SIGNAL_COLLECTION: 'signals of devices',
  SESSION_VIOLATION_DETECTION: 'violations of sessions',
  CLIENT_UPDATE: 'updates of clients',
  IDENTITY_CLAIM_SOURCING: 'sources of identity claims',
  USER_IDENTIFICATION: 'identification of users',
};

/** The known types of policies. */
export const POLICY_TYPES = Object.keys(MEANINGS);

/** A type of policy. Types that are not known here are passed on. */
export const policyType = defineResource({
  key: 'policy_type',
  title: 'Policy type',
  scopes: [],
  names: {
    words: 'Okta name, such as ACCESS_POLICY (apps), OKTA_SIGN_ON (global session), PASSWORD or MFA_ENROLL,',
    example: 'ACCESS_POLICY',
    handle: 'ACCESS_POLICY',
    calls: [],
    resolve: async (_, reference) => reference,
  },
  choices: {
    key: 'policy_types',
    title: 'Policy types',
    async load(_, { search = '' }) {
      const all = Object.entries(MEANINGS).map(([value, meaning]) => ({
        value,
        label: `${value}: ${meaning}`,
      }));
      return { items: all.filter(({ label }) => label.toLowerCase().includes(search.toLowerCase())) };
    },
  },
});
