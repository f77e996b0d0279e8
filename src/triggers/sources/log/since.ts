import { z } from 'zod';
import { only } from '../../../resources/reference.ts';
import { field } from '../../../schema/fields.ts';

/** Where a polling trigger begins; read by the engine at the very first run only. */
export const since = only(
  'polling',
  field(
    z.iso.datetime({ offset: true }).optional(),
    'Since',
    'Where to begin at the very first run, ISO 8601; now when left out. Okta keeps 90 days.',
    '2026-02-03T00:00:00Z',
  ),
);
