import type {
  IDataObject,
  IHookFunctions,
  INodeExecutionData,
  IPollFunctions,
  IWebhookFunctions,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { ADDITIONAL } from '../names.ts';
import { type HookPlace, heldHook } from './hook-state.ts';
import { formOfTrigger } from './values.ts';

/** The header by which the node asks itself to look into the log. */
export const CATCH_UP = 'x-okta-connector-catch-up';

/** Where the node's data say how it is called: the record and the URL that counts. */
const CALL = 'live call';

/** Remembers the URL of the live hook: n8n tells it to everything but a poll. */
export function noteCall(context: IHookFunctions, place: HookPlace): void {
  if (context.getMode() === 'manual') return;
  const call = JSON.stringify({ url: place.url, at: place.at });
  if (place.data[CALL] !== call) place.data[CALL] = call;
}

const nodeOf = (context: Pick<IWebhookFunctions, 'getWorkflow' | 'getNode'>) =>
  `${context.getWorkflow().id} ${context.getNode().name}`;

/** What a test run has received: n8n then asks the node once more, as it does with every node that polls. */
const tested = new Map<string, INodeExecutionData[]>();
export function noteTest(context: IWebhookFunctions, items: INodeExecutionData[]): void {
  if (items.length > 0) tested.set(nodeOf(context), items);
}

/** n8n polls once while it activates a workflow, when its server may not answer yet. */
const activated = new WeakSet<IPollFunctions>();

/**
 * Asks the node's own URL, as Okta does, to look into the log for what the hook did not bring. What was claimed is only known
 * there: n8n gives polls and requests data of their own, perhaps in another process. So a poll itself delivers nothing.
 */
export async function callForCatchUp(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
  if (this.getMode() === 'manual') {
    const items = tested.get(nodeOf(this));
    tested.delete(nodeOf(this));
    return items ? [items] : null;
  }
  if (!isAsked(this)) return null;
  if (!activated.has(this)) {
    activated.add(this);
    return null;
  }
  const data = this.getWorkflowStaticData('node');
  const { url, at } = JSON.parse(String(data[CALL] ?? '{}')) as { url?: string; at?: string };
  const secret = at === undefined ? undefined : heldHook({ data, at })?.secret;
  if (url === undefined || secret === undefined) return null;
  try {
    await this.helpers.httpRequest({
      ...{ method: 'POST', url, json: true, body: {} },
      headers: { Authorization: secret, [CATCH_UP]: 'now' },
    });
  } catch (error) {
    const answer = (error as { response?: { data?: IDataObject } }).response?.data?.message;
    const why =
      typeof answer === 'string' ? answer : `n8n cannot reach its own address ${new URL(url).origin}`;
    throw new NodeOperationError(this.getNode(), `Missed events could not be looked for: ${why}`);
  }
  return null;
}

function isAsked(context: IPollFunctions): boolean {
  const additional = formOfTrigger(context).get(ADDITIONAL) as IDataObject | null;
  return additional?.reconcile === true;
}
