import { z } from 'zod';
import { only } from '../../../resources/reference.ts';
import { field } from '../../../schema/fields.ts';

const catchUp = (description: string) =>
  only('instant', field(z.boolean().default(false), 'Catch up on missed events', description, true));

/** Whether an instant trigger also polls the log for events that its hook missed. */
export const reconcile = catchUp(
  'Also poll the System Log and deliver what the hook missed, each event once across both.',
);

/** The same for a trigger of which no hook delivers some event types. */
export const reconcileRest = catchUp(
  'Also poll the System Log, each event once across both. Instant use needs it: no hook delivers some of the event types.',
);

/** The same for signed events. */
export const reconcileSignals = catchUp(
  'Also poll the System Log and deliver, with source "log", what did not come signed. They share no id: both are matched by user, kind and time.',
);
