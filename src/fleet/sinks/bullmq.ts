import type { Queue } from 'bullmq';
import { within } from '../../http/within.ts';
import { type FleetRedis, fleetLibraries } from '../redis.ts';
import { type OpenSink, SinkError } from './sink.ts';

/** How long the queue may take for a batch. */
const PATIENCE_MS = 10_000;

/**
 * Adds one job for each item. Its id is that of the item, so that one that is delivered again while it is still there is the same
 * job; BullMQ has its own use for colons in ids.
 */
export async function bullmqSink(
  redis: FleetRedis,
  declared: { queue: string; prefix: string },
): Promise<OpenSink> {
  const { bullmq } = await fleetLibraries();
  const queue: Queue = new bullmq.Queue(declared.queue, { connection: redis, prefix: declared.prefix });
  queue.on('error', () => {});
  return {
    atOnce: 500,
    async deliver(messages) {
      const adding = queue.addBulk(
        messages.map(({ id, connection, trigger, type, item }) => ({
          name: type,
          data: { id, connection, trigger, type, data: item },
          opts: { jobId: id.replaceAll(':', '-') },
        })),
      );
      const isInTime = await within(adding, PATIENCE_MS).catch((error: Error) => {
        throw new SinkError(`the queue refused the items (${error.name})`);
      });
      if (!isInTime) throw new SinkError(`the queue did not answer within ${PATIENCE_MS / 1_000} s`);
    },
    close: () => queue.close(),
  };
}
