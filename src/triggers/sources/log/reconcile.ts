import { z } from 'zod';
import { only } from '../../../resources/reference.ts';
import { field } from '../../../schema/fields.ts';

/** Whether an instant trigger also polls the log for events that its hook missed. */
export const reconcile = only(
  'instant',
  field(
    z.boolean().default(false),
    'Catch up on missed events',
    'Also poll the System Log and deliver what the hook missed, each event once across both.',
    true,
  ),
);
