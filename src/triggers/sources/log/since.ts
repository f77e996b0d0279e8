import { z } from 'zod';
import { only } from '../../../resources/reference.ts';
import { field } from '../../../schema/fields.ts';

/** Where a polling trigger begins; used by the first run only. */
export const since = only(
  'polling',
  field(
    z.iso.datetime({ offset: true }).optional(),
    'Since',
    'Where the first run begins, ISO 8601; if omitted, now. Okta keeps events for 90 days.',
    '2026-02-03T00:00:00Z',
  ),
);
