import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { triggerOf } from '../../../connector.ts';
import { isOktaError } from '../../../errors/errors.ts';
import { describeTrigger } from '../../../manifest/manifest.ts';
import { clientOf } from './client.ts';
import { triggerError } from './errors.ts';
import { triggerFields } from './operations.ts';
import { catchUp, remember, staticDataStore, watched } from './state.ts';
import { formOfTrigger, inputOf } from './values.ts';

/** Maximum pages of 1,000 events per run; the next run reads the rest. */
const MAX_PAGES = 10;

/**
 * One run of a polling or scheduled trigger; n8n's poll times determine when. A run that fails midway delivers the items up to
 * the saved position, which no later run would find; if the error persists, the next run has none and throws it.
 */
export async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
  const key = String(this.getNodeParameter('event'));
  const found: INodeExecutionData[] = [];
  let committed = 0;
  const progress = (message: string) => this.logger.info(`${this.getNode().name}: ${message}`);
  try {
    const client = await clientOf(this);
    const input = inputOf(triggerFields(key), formOfTrigger(this));
    if (this.getMode() === 'manual')
      return [(await samples(key, input, client.sample(key, input))).map(item)];
    const data = this.getWorkflowStaticData('node');
    const id = `${this.getWorkflow().id} ${this.getNode().name}`;
    catchUp(data, id);
    const state = watched(staticDataStore(data, 'live'), () => {
      committed = found.length;
    });
    for await (const one of client.poll(key, input, { state, maxPages: MAX_PAGES, progress })) {
      found.push(item(one));
    }
    remember(data, id);
    return found.length > 0 ? [found] : null;
  } catch (error) {
    if (committed > 0) {
      progress(`${(error as Error).message}; the events found so far are delivered, the rest follows`);
      return [found.slice(0, committed)];
    }
    // The previous run is still in progress: it, or the next run, will deliver the new events.
    if (isOktaError(error) && error.code === 'state_locked') return null;
    throw triggerError(this.getNode(), error);
  }
}

const item = (json: unknown): INodeExecutionData => ({ json: json as IDataObject });

/** The test data for building a workflow: recent events of the org, or an invented one of these types if there are none. */
async function samples(key: string, input: object, recent: Promise<unknown[]>): Promise<unknown[]> {
  const items = await recent;
  if (items.length > 0) return items;
  const { eventTypes = [] } = input as { eventTypes?: string[] };
  return [describeTrigger(triggerOf(key), eventTypes).sample.output];
}
