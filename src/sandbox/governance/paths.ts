/** Entitlements of apps. */
export const entitlementsPath = '/governance/api/v1/entitlements';
/** Which of them users have. */
export const principalEntitlementsPath = '/governance/api/v1/principal-entitlements';
