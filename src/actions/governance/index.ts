import { createAccessRequest } from './create-access-request.ts';
import { listAccessRequests } from './list-access-requests.ts';
import { listAccessReviews } from './list-access-reviews.ts';

/** In display order. */
export const governanceActions = [listAccessRequests, createAccessRequest, listAccessReviews] as const;
