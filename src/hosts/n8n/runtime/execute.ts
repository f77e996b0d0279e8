import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isList } from '../../../actions/run.ts';
import { actionOf } from '../../../connector.ts';
import { checkAgent } from './agent.ts';
import { clientOf } from './client.ts';
import { errorItem, nodeError } from './errors.ts';
import { actionFields } from './operations.ts';
import { asKind, formOfItem, inputOf } from './values.ts';
import { waits } from './waits.ts';

/** Runs the selected action for each item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const items = this.getInputData();
  const results: INodeExecutionData[] = [];
  const waiting = waits(this);
  const signal = this.getExecutionCancelSignal();
  for (const [index, { json }] of items.entries()) {
    const pairedItem = { item: index };
    try {
      for await (const result of run(this, index, json, { signal, progress: waiting.progress })) {
        results.push({ json: result, pairedItem });
      }
    } catch (error) {
      if (!this.continueOnFail()) throw nodeError(this.getNode(), error, index);
      results.push({ json: { error: errorItem(error) }, pairedItem });
    }
  }
  waiting.tell();
  return [results];
}

type RunOptions = Parameters<Awaited<ReturnType<typeof clientOf>>['run']>[2];

async function* run(
  context: IExecuteFunctions,
  index: number,
  item: IDataObject,
  options: RunOptions,
): AsyncGenerator<IDataObject, void, undefined> {
  const key = String(context.getNodeParameter('operation', index));
  const input = inputOf(actionFields(key), formOfItem(context, index, item));
  checkAgent(context.getNode(), key, input);
  const client = await clientOf(context, index);
  if (!isList(actionOf(key))) {
    yield (await client.run(key, input, options)) as IDataObject;
    return;
  }
  if (asKind('boolean', context.getNodeParameter('returnAll', index, false)) !== true) {
    input.limit = asKind('integer', context.getNodeParameter('limit', index, 50));
  }
  yield* client.stream(key, input, options) as AsyncGenerator<IDataObject, void, undefined>;
}
