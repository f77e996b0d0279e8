/** What a type of policy decides about its policies and rules. */
export interface PolicyTraits {
  /** The type of its rules. */
  rule: string;
  /** First three letters of the ids of its policies, and of its rules. */
  prefixes: readonly [policy: string, rule: string];
  /** Whether its policies are evaluated in an order; otherwise an app, or the org, has one of them. */
  ordered: boolean;
}

const ordered = { prefixes: ['00p', '0pr'], ordered: true } as const;
const assigned = { prefixes: ['rst', 'rul'], ordered: false } as const;

/** All types of policies. */
export const policyTypes: Readonly<Record<string, PolicyTraits>> = {
  OKTA_SIGN_ON: { rule: 'SIGN_ON', ...ordered },
  PASSWORD: { rule: 'PASSWORD', ...ordered },
  MFA_ENROLL: { rule: 'MFA_ENROLL', ...ordered },
  IDP_DISCOVERY: { rule: 'IDP_DISCOVERY', ...ordered },
  ACCESS_POLICY: { rule: 'ACCESS_POLICY', ...assigned },
  PROFILE_ENROLLMENT: { rule: 'PROFILE_ENROLLMENT', ...assigned },
  POST_AUTH_SESSION: { rule: 'POST_AUTH_SESSION', ...assigned },
  ENTITY_RISK: { rule: 'ENTITY_RISK', ...assigned },
  DEVICE_SIGNAL_COLLECTION: { rule: 'DEVICE_SIGNAL_COLLECTION', ...assigned },
  SESSION_VIOLATION_DETECTION: { rule: 'SESSION_VIOLATION_DETECTION', ...assigned },
  CLIENT_UPDATE: { rule: 'CLIENT_UPDATE', ...assigned },
  IDENTITY_CLAIM_SOURCING: { rule: 'IDENTITY_CLAIM_SOURCING', ...assigned },
  USER_IDENTIFICATION: { rule: 'USER_IDENTIFICATION', ...assigned },
};

/** The traits of a type. A policy only gets a type that exists. */
export const traitsOf = (type: unknown): PolicyTraits => policyTypes[String(type)] as PolicyTraits;
