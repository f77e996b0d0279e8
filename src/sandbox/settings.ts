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
}

export const defaultSettings: Readonly<Settings> = {
  searchLagMs: 0,
  deactivateDelayMs: 2000,
  role: 'SUPER_ADMIN',
  refreshLeewayMs: 30_000,
  tokenLifetimeMs: 3_600_000,
  adminHostLinks: false,
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
  }
  return { ...settings, ...changes };
}
