/** What a test can change about the org's behaviour while it runs. */
export interface Settings {
  /** How long the search index of users lags behind a write. */
  searchLagMs: number;
  /** How long a deactivation takes that was asked for with `Prefer: respond-async`. */
  deactivateDelayMs: number;
  /** The administrator role that every caller has. */
  role: 'SUPER_ADMIN' | 'READ_ONLY_ADMIN';
  /** How long a rotated refresh token still works. */
  refreshLeewayMs: number;
  tokenLifetimeMs: number;
  /** Whether paging links point at another host, as some of Okta's do. */
  adminHostLinks: boolean;
  /** Most items on a page of a list, whatever the request asks for; 0 leaves it at Okta's own limit. */
  maxPageSize: number;
  /** How long a cursor of the System Log can be followed; 0 is for ever. */
  logCursorLifetimeMs: number;
  /** How many events an event hook gets in one request. */
  hookBatchSize: number;
  /** How long the org gathers events before it sends them, in real time like all that hooks do. */
  hookBatchDelayMs: number;
  /** How long the org waits for the answer of a hook's receiver. */
  hookTimeoutMs: number;
  /** The share of deliveries that arrive twice. */
  hookDuplicateRate: number;
  /** The share of deliveries that get lost on the way. */
  hookDropRate: number;
  /** Whether deliveries overtake each other, and events change places within one. */
  hookShuffle: boolean;
  /** How much later than it could a delivery arrives, at most. */
  hookLateMs: number;
  /** What the faults of deliveries are drawn from. */
  hookSeed: number;
}

export const defaultSettings: Readonly<Settings> = {
  searchLagMs: 0,
  deactivateDelayMs: 2000,
  role: 'SUPER_ADMIN',
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
};

/** The settings with some of them changed; a message instead when one is unknown or of the wrong type. */
export function changeSettings(settings: Settings, changes: Record<string, unknown>): Settings | string {
  for (const [name, value] of Object.entries(changes)) {
    const standard = defaultSettings[name as keyof Settings];
    if (standard === undefined) return `${name} is not a setting`;
    if (typeof value !== typeof standard) return `${name}: a ${typeof standard} is expected`;
    if (name === 'role' && value !== 'SUPER_ADMIN' && value !== 'READ_ONLY_ADMIN')
      return 'role: not a known role';
    if (typeof value === 'number' && !(value >= 0)) return `${name}: a positive number is expected`;
    if (name.endsWith('Rate') && Number(value) > 1) return `${name}: a number from 0 to 1 is expected`;
    if (name === 'maxPageSize' && !Number.isInteger(value)) return 'maxPageSize: a whole number is expected';
    if (name === 'hookBatchSize' && !(Number.isInteger(value) && value !== 0))
      return 'hookBatchSize: a positive whole number is expected';
  }
  return { ...settings, ...changes };
}
