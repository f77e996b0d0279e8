import type { Area } from '../kinds/area.ts';
import { classificationEndpoints } from './classification.ts';
import { grantEndpoints, grants } from './grants.ts';
import { linkedObjectEndpoints } from './linked-objects.ts';
import { riskEndpoints } from './risk.ts';
import { subscriptionEndpoints } from './subscriptions.ts';
import { tokenEndpoints } from './tokens.ts';
import { universalLogoutEndpoints } from './universal-logout.ts';
import { userLinkEndpoints } from './user-links.ts';

/** What belongs to users: consents, refresh tokens, risk, links to other users, logout everywhere. */
export const userArea: Area = {
  number: 4,
  kinds: [grants],
  endpoints: [
    ...grantEndpoints,
    ...tokenEndpoints,
    ...riskEndpoints,
    ...classificationEndpoints,
    ...subscriptionEndpoints,
    ...linkedObjectEndpoints,
    ...userLinkEndpoints,
    ...universalLogoutEndpoints,
  ],
};
