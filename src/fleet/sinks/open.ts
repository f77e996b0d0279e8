import type { DeclaredSink } from '../file-schema.ts';
import type { FleetRedis } from '../redis.ts';
import { bullmqSink } from './bullmq.ts';
import type { OpenSink } from './sink.ts';
import { webhookSink } from './webhook.ts';

/** Opens a declared sink. @throws InputError when its secret cannot be read. */
export async function openSink(redis: FleetRedis, declared: DeclaredSink): Promise<OpenSink> {
  if (declared.type === 'webhook') return webhookSink(declared);
  if (declared.type === 'bullmq') return bullmqSink(redis, declared);
  const { key, maxLength } = declared;
  return { atOnce: 1_000, stream: { key, maxLength }, deliver: async () => {}, close: async () => {} };
}
