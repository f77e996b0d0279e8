import type { Json } from '../json.ts';
import type { ObjectStore } from '../kinds/object-store.ts';

const disabled = { status: 'DISABLED' };

/** What each feature of an app does, and what it can do before anybody has changed it. */
export const appFeatures = {
  USER_PROVISIONING: {
    description: 'User provisioning settings from Okta to a downstream application',
    capabilities: {
      create: { lifecycleCreate: disabled },
      update: {
        profile: disabled,
        lifecycleDeactivate: disabled,
        password: { ...disabled, seed: 'RANDOM', change: 'KEEP_EXISTING' },
      },
    },
  },
  INBOUND_PROVISIONING: {
    description: 'In-bound provisioning settings from an application to Okta',
    capabilities: {
      importSettings: {
        username: { usernameFormat: 'EMAIL' },
        schedule: { status: 'DISABLED' },
      },
      importRules: {
        userCreateAndMatch: {
          exactMatchCriteria: 'USERNAME',
          allowPartialMatch: false,
          autoConfirmPartialMatch: false,
          autoConfirmExactMatch: false,
          autoConfirmNewUsers: false,
          autoActivateNewUsers: false,
        },
      },
    },
  },
} as const;

export type AppFeature = keyof typeof appFeatures;

/** Path of the list of an app's features. */
export const featureList = (appId: string): string => `/api/v1/apps/${appId}/features`;

/** What a feature of an app can do. */
export function capabilitiesOf(objects: ObjectStore, appId: string, name: AppFeature): Json {
  return objects.get(featureList(appId), name)?.body ?? appFeatures[name].capabilities;
}

/** What an app pushes. */
export interface PushSwitches {
  create: boolean;
  profile: boolean;
  deactivate: boolean;
  password: boolean;
  /** Whether the password in the app is the user's password in Okta; otherwise it is random. */
  oktaPassword: boolean;
}

/** What an app is allowed to push, by its feature USER_PROVISIONING. */
export function pushSwitches(objects: ObjectStore, appId: string): PushSwitches {
  type Switch = { status?: string; seed?: string; change?: string };
  const { create, update } = capabilitiesOf(objects, appId, 'USER_PROVISIONING') as {
    create?: { lifecycleCreate?: Switch };
    update?: { profile?: Switch; lifecycleDeactivate?: Switch; password?: Switch };
  };
  const isOn = (one?: Switch) => one?.status === 'ENABLED';
  return {
    create: isOn(create?.lifecycleCreate),
    profile: isOn(update?.profile),
    deactivate: isOn(update?.lifecycleDeactivate),
    password: isOn(update?.password) && update?.password?.change === 'CHANGE',
    oktaPassword: update?.password?.seed === 'OKTA',
  };
}
