import { humanize } from '../../schema/labels.ts';
import { eventFields } from '../index.ts';
import type { ZapierTrigger } from './operations.ts';
import type { ZapierOutputField } from './output-fields.ts';

const DATA = 'event.debugContext.debugData.';

/**
 * A field for each value that events of these types carry in their data, whatever the sample has. Those of a target are deeper than a
 * row of line items, which Zapier shows as it is.
 */
export const eventOutputFields = (eventTypes: readonly string[]): ZapierOutputField[] =>
  eventFields(eventTypes, { common: false })
    .filter(({ path }) => path.startsWith(DATA))
    .map(({ path }) => ({
      key: path.replaceAll('.', '__'),
      label: path.split('.').map(humanize).join(': '),
    }));

/** Whether the input says which types come, so that only a Zap knows what they carry. */
export const choosesTypes = ({ eventTypes, input, output }: ZapierTrigger): boolean =>
  eventTypes.length === 0 && has(input, 'eventTypes') && has(output, 'event');

const has = ({ properties }: { properties?: unknown }, name: string) =>
  Object.hasOwn((properties ?? {}) as object, name);
