import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { ScimEvent } from '../../../scim/store/store.ts';
import { scimEvent } from '../../../triggers/scim/scim-event.ts';

/** An item as the node emits it. */
export const scimItem = (event: ScimEvent | (typeof scimEvent)['sample']['output']): INodeExecutionData => ({
  json: event as unknown as IDataObject,
});

/** An invented event, to build a workflow with. */
export const sampleItem = (): INodeExecutionData => scimItem(scimEvent.sample.output);
