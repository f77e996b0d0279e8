export const userStatuses = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
] as const;

export type UserStatus = (typeof userStatuses)[number];
export type ProviderType = 'OKTA' | 'IMPORT' | 'FEDERATION' | 'SOCIAL';
export type Profile = Readonly<Record<string, unknown>>;

/** A stored user. Records are immutable: a write replaces them. */
export interface User {
  readonly id: string;
  readonly status: UserStatus;
  readonly created: number;
  readonly activated: number | null;
  readonly statusChanged: number | null;
  readonly lastLogin: number | null;
  readonly lastUpdated: number;
  readonly passwordChanged: number | null;
  readonly typeId: string;
  readonly profile: Profile;
  readonly provider: ProviderType;
  /** A digest of the password or of the imported hash or hook. */
  readonly password?: string;
  readonly question?: { readonly question: string; readonly answer: string };
  /** The status after a deactivation that is still running. */
  readonly transitioningTo?: UserStatus;
  readonly realmId: string;
}

/** The realm of users that are not put in another one. The sandbox accepts any realm id. */
export const defaultRealmId = 'guoSandboxRlm1Sb5d70';
