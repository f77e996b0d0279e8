import type { IDeferredPromise, IRun, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { orAborted } from '../../../http/abort.ts';
import { systemClock } from '../../../http/clock.ts';
import { deferred } from '../../../http/deferred.ts';
import { deliverScimEvents } from '../../../scim/deliver.ts';
import { tokenCheck } from '../../../scim/protocol/token.ts';
import type { ScimEvent } from '../../../scim/store/store.ts';
import { triggerError } from '../runtime/errors.ts';
import { sampleItem, scimItem } from './sample.ts';
import { PROVISIONS_CREDENTIAL, provisionsSettings } from './settings.ts';
import { storeToDeliver } from './stores.ts';

/** How long an execution may go on after the workflow is switched off, to count as delivered. */
const GRACE_MS = 5_000;
/** Before an event is tried again. */
const RETRY_MS = 5_000;

/**
 * Starts the workflow for each event of the store, in order, the next one when the execution has ended. An event counts as delivered
 * then, however it ended: what fails in a workflow is for its own error handling.
 */
export async function deliver(this: ITriggerFunctions): Promise<ITriggerResponse> {
  const node = this.getNode();
  if (this.getMode() === 'manual') return { manualTriggerFunction: async () => this.emit([[sampleItem()]]) };
  try {
    const { token, place } = provisionsSettings(await this.getCredentials(PROVISIONS_CREDENTIAL));
    tokenCheck(token);
    const kinds = this.getNodeParameter('kinds', []) as string[];
    const { store, release } = await storeToDeliver(place);
    const consumer = `n8n ${this.getWorkflow().id} ${node.id}`;
    const over = new AbortController();
    const tooLate = new AbortController();

    const deliverOne = async (event: ScimEvent) => {
      if (kinds.length > 0 && !kinds.includes(event.kind)) return;
      let taken = false;
      while (!taken) {
        over.signal.throwIfAborted();
        taken = await orAborted(isTaken(this, event), tooLate.signal);
      }
      // Not with the rest of its batch: after a kill, only what was under way comes again.
      await store.acknowledge(consumer, event.seq);
    };

    const delivering = deliverScimEvents(store, consumer, deliverOne, over.signal).catch((error: unknown) => {
      if (!over.signal.aborted) this.emitError(triggerError(node, error));
    });
    return {
      async closeFunction() {
        over.abort();
        void systemClock.sleep(GRACE_MS).then(() => tooLate.abort());
        await delivering;
        await release();
      },
    };
  } catch (error) {
    throw triggerError(node, error);
  }
}

/** n8n rejects for an execution that somebody stopped, or that ended too fast to be waited for. */
const ENDED = /^((Manual|Timeout)?ExecutionCancelled|ExecutionNotFound)Error$/;

/** Starts the workflow and waits until it has ended; false when n8n could not start it, for instance without its database. */
async function isTaken(context: ITriggerFunctions, event: ScimEvent): Promise<boolean> {
  const ended = deferred<IRun>();
  context.emit([[scimItem(event)]], undefined, ended as IDeferredPromise<IRun>);
  try {
    await ended.promise;
    return true;
  } catch (error) {
    if (ENDED.test((error as Error).constructor.name)) return true;
    context.logger.error(
      `${context.getNode().name}: ${(error as Error).message}; the event is kept and tried again`,
    );
    await systemClock.sleep(RETRY_MS);
    return false;
  }
}
