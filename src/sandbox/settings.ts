/** Behaviour of the org that a test can change at run time. */
export interface Settings {
  /** How long the search index of users, and the lists of group members, lag behind a write, in milliseconds. */
  searchLagMs: number;
  /** How long after a change of a user group rules act on it. */
  ruleLagMs: number;
  /** How late, at most, an event appears in the System Log. Each draws its own delay, so that later ones overtake it. */
  logLateMs: number;
  /** A second update of a user schema within this time loses the first one; 0 loses none. */
  schemaUpdateLossMs: number;
  /** How often the deletion of a user type fails with a server error before it succeeds. */
  userTypeDeletionFailures: number;
  /** How long a deactivation with `Prefer: respond-async` takes. */
  deactivateDelayMs: number;
  /** Whether the org has realms. Users have a `realmId` then. */
  realms: boolean;
  /** Paths, separated by commas, of features that the org lacks: `/api/v1/authorizationServers,/api/v1/users/{id}/blocks`. */
  missingFeatures: string;
  /** Passwords, separated by commas, that are known from a breach. */
  breachedPasswords: string;
  /** Addresses, separated by commas, that ThreatInsight considers malicious. */
  maliciousAddresses: string;
  /** After how long a request for access expires that nobody has decided. */
  requestLifetimeMs: number;
  /** What the phones of users do: they scan the code of a new push factor and answer pushes, or nothing when off. */
  phone: 'APPROVES' | 'REJECTS' | 'OFF';
  /** After how long they do it. */
  phoneDelayMs: number;
  /** The administrator role of every caller. */
  role: 'SUPER_ADMIN' | 'READ_ONLY_ADMIN';
  /** Ids of groups, separated by commas: service apps see only these and their members. Empty: they see everything. */
  visibleGroups: string;
  /** How the org answers a service app that reads what it may not see. */
  hiddenStatus: 403 | 404;
  /** How long a rotated refresh token remains valid. */
  refreshLeewayMs: number;
  tokenLifetimeMs: number;
  /** Whether paging links name another host, as some of Okta's do. */
  adminHostLinks: boolean;
  /** Maximum page size of lists, whatever `limit` the request has; 0 means Okta's own maximum. */
  maxPageSize: number;
  /** How long a cursor of the System Log is valid; 0 means forever. */
  logCursorLifetimeMs: number;
  /** Maximum number of events in one delivery to an event hook. */
  hookBatchSize: number;
  /** How long the org collects events for a delivery. Like all hook timing it is real time. */
  hookBatchDelayMs: number;
  /** How long the org waits for an answer from a hook's receiver. */
  hookTimeoutMs: number;
  /** Share of deliveries that arrive twice, from 0 to 1. */
  hookDuplicateRate: number;
  /** Share of deliveries that are lost, from 0 to 1. */
  hookDropRate: number;
  /** Whether deliveries, and the events within one, arrive out of order. */
  hookShuffle: boolean;
  /** Maximum extra delay of a delivery. */
  hookLateMs: number;
  /** Seed for the random faults of deliveries. */
  hookSeed: number;
  /** How many times as fast as Okta apps push: all their waits are divided by it. */
  pushSpeed: number;
  /** How many pushes run at once. */
  pushConcurrency: number;
  /** How long an app waits for an answer from its SCIM server, in real time. */
  pushTimeoutMs: number;
}

export const defaultSettings: Readonly<Settings> = {
  searchLagMs: 0,
  ruleLagMs: 0,
  logLateMs: 0,
  schemaUpdateLossMs: 0,
  userTypeDeletionFailures: 0,
  deactivateDelayMs: 2000,
  realms: true,
  missingFeatures: '',
  breachedPasswords: '',
  maliciousAddresses: '',
  requestLifetimeMs: 60 * 24 * 3_600_000,
  phone: 'APPROVES',
  phoneDelayMs: 5000,
  role: 'SUPER_ADMIN',
  visibleGroups: '',
  hiddenStatus: 403,
  refreshLeewayMs: 30_000,
  tokenLifetimeMs: 3_600_000,
  adminHostLinks: false,
  maxPageSize: 0,
  logCursorLifetimeMs: 0,
  hookBatchSize: 10,
  hookBatchDelayMs: 20,
  hookTimeoutMs: 3000,
  hookDuplicateRate: 0,
  hookDropRate: 0,
  hookShuffle: false,
  hookLateMs: 0,
  hookSeed: 1,
  pushSpeed: 1,
  pushConcurrency: 10,
  pushTimeoutMs: 60_000,
};

/** The changed settings, or an error message when a setting is unknown or of the wrong type. */
export function changeSettings(settings: Settings, changes: Record<string, unknown>): Settings | string {
  for (const [name, value] of Object.entries(changes)) {
    const standard = defaultSettings[name as keyof Settings];
    if (standard === undefined) return `${name} is not a setting`;
    if (typeof value !== typeof standard) return `${name}: a ${typeof standard} is expected`;
    if (name === 'role' && value !== 'SUPER_ADMIN' && value !== 'READ_ONLY_ADMIN')
      return 'role: not a known role';
    if (name === 'hiddenStatus' && value !== 403 && value !== 404)
      return 'hiddenStatus: 403 or 404 is expected';
    if (name === 'phone' && !['APPROVES', 'REJECTS', 'OFF'].includes(String(value)))
      return 'phone: APPROVES, REJECTS or OFF is expected';
    if (typeof value === 'number' && !(value >= 0)) return `${name}: a positive number is expected`;
    if (name.endsWith('Rate') && Number(value) > 1) return `${name}: a number from 0 to 1 is expected`;
    if (name === 'maxPageSize' && !Number.isInteger(value)) return 'maxPageSize: a whole number is expected';
    if ((name === 'hookBatchSize' || name === 'pushConcurrency') && !(Number.isInteger(value) && value !== 0))
      return `${name}: a positive whole number is expected`;
    if (name === 'pushSpeed' && value === 0) return 'pushSpeed: a number above 0 is expected';
  }
  return { ...settings, ...changes };
}
