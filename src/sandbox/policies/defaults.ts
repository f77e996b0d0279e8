import { isObject, type Json } from '../json.ts';

const passwordSettings = {
  password: {
    complexity: {
      minLength: 8,
      minLowerCase: 1,
      minUpperCase: 1,
      minNumber: 1,
      minSymbol: 0,
      excludeUsername: true,
      dictionary: { common: { exclude: false } },
      excludeAttributes: [],
    },
    age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 4 },
    lockout: {
      maxAttempts: 10,
      autoUnlockMinutes: 0,
      userLockoutNotificationChannels: [],
      showLockoutFailures: false,
    },
    breachedProtection: { expireAfterDays: null, logoutEnabled: false, delegatedWorkflowId: null },
  },
  recovery: {
    factors: {
      recovery_question: { status: 'ACTIVE', properties: { complexity: { minLength: 4 } } },
      okta_email: { status: 'ACTIVE', properties: { recoveryToken: { tokenLifetimeMinutes: 60 } } },
      okta_sms: { status: 'INACTIVE' },
      okta_call: { status: 'INACTIVE' },
    },
  },
  delegation: { options: { skipUnlock: false } },
};

/** Settings that Okta adds to a policy of this type. */
export const settingsOf: Readonly<Record<string, Json>> = { PASSWORD: passwordSettings };

const everybody = { people: { users: { exclude: [] } } };
const nobodyTwice = { include: [], exclude: [] };

/** Conditions that Okta adds to those of a rule, by the type of the rule. */
export const conditionsOf: Readonly<Record<string, Json>> = {
  ACCESS_POLICY: { ...everybody, riskScore: { level: 'ANY' }, userType: nobodyTwice },
  SIGN_ON: { ...everybody, authContext: { authType: 'ANY' }, risk: { behaviors: [] } },
};

/** Conditions of a rule of any other type. */
export const usualConditions: Json = everybody;

/** Actions that Okta adds to those of a rule, by the type of the rule. */
export const actionsOf: Readonly<Record<string, Json>> = {
  ACCESS_POLICY: { appSignOn: { keepMeSignedIn: { postAuth: 'NOT_ALLOWED' } } },
  SIGN_ON: { signon: { primaryFactor: 'PASSWORD_IDP_ANY_FACTOR', rememberDeviceByDefault: false } },
};

/** What the catch-all rule of a new policy does; a type without one gets no such rule. */
export const catchAllOf: Readonly<Record<string, Json>> = {
  ACCESS_POLICY: {
    appSignOn: {
      access: 'ALLOW',
      verificationMethod: {
        factorMode: '2FA',
        type: 'ASSURANCE',
        reauthenticateIn: 'PT12H',
        constraints: [{ possession: { required: true, deviceBound: 'REQUIRED' } }],
      },
      keepMeSignedIn: { postAuth: 'NOT_ALLOWED' },
    },
  },
  PROFILE_ENROLLMENT: {
    profileEnrollment: {
      access: 'ALLOW',
      preRegistrationInlineHooks: null,
      profileAttributes: [{ name: 'email', label: 'Primary email', required: true }],
      targetGroupIds: null,
      unknownUserAction: 'DENY',
      activationRequirements: { emailVerification: true },
      progressiveProfilingAction: 'DISABLED',
      allowedIdentifiers: ['login'],
    },
  },
  POST_AUTH_SESSION: { postAuthSession: { failureActions: [] } },
  ENTITY_RISK: { entityRisk: { actions: [] } },
};

/** Adds members that a body lacks, at every depth; lists count as a whole. */
export function completed(known: Json, given: unknown): Json {
  const own = isObject(given) ? given : {};
  const members = Object.entries(known).map(([name, value]) => {
    const mine = own[name];
    if (mine === undefined || mine === null) return [name, value];
    return [name, isObject(value) ? completed(value, mine) : mine];
  });
  return { ...own, ...Object.fromEntries(members) };
}
