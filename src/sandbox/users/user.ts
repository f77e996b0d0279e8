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

/** A user as it is kept. A record never changes: a write puts a new one in its place. */
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
  /** A digest of the password, or of what was imported in its place. */
  readonly password?: string;
  readonly question?: { readonly question: string; readonly answer: string };
  /** The status that a deactivation under way leads to. */
  readonly transitioningTo?: UserStatus;
  /** Rises with every write; the ETag follows it. */
  readonly version: number;
}
