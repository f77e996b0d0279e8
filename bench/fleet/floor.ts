/**
 * The floor: a bare BullMQ loop of undici requests, with one everlasting job for each org as in the fleet, but without cursor,
 * state, rate limit, filter or sink. argv: JSON of FloorOptions.
 */
import { DelayedError, Queue, Worker } from 'bullmq';
import { Agent } from 'undici';

export interface FloorOptions {
  redis: string;
  orgs: { orgUrl: string; token: string }[];
  everyMs: number;
  concurrency: number;
  /** How long an idle connection is kept. */
  keepMs: number;
}

const QUEUE = 'floor';
const PATH = '/api/v1/logs?sortOrder=ASCENDING&limit=1000&after=3p';

if (import.meta.main) {
  process.once('message', async (options: FloorOptions) => {
    await run(options);
    process.send?.('ready');
  });
}

async function run({ redis, orgs, everyMs, concurrency, keepMs }: FloorOptions): Promise<void> {
  const agent = new Agent({ connections: 2, keepAliveTimeout: keepMs, keepAliveMaxTimeout: keepMs });
  const connection = { url: redis };
  const phases = orgs.map((_, at) => Math.floor(((at * 0.618034) % 1) * everyMs));
  const queue = new Queue(QUEUE, { connection });
  const job = { removeOnComplete: true, removeOnFail: true };
  await queue.addBulk(
    orgs.map((_, at) => ({
      name: 'poll',
      data: { at },
      opts: { ...job, jobId: `org${at}`, delay: phases[at] },
    })),
  );
  await queue.close();
  const worker = new Worker<{ at: number }>(
    QUEUE,
    async (own, token) => {
      const { at } = own.data;
      const { orgUrl, token: secret } = orgs[at] as FloorOptions['orgs'][number];
      const { statusCode, body } = await agent.request({
        origin: orgUrl,
        path: PATH,
        method: 'GET',
        headers: { authorization: `SSWS ${secret}`, accept: 'application/json' },
      });
      await body.json();
      if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`);
      const now = Date.now();
      const since = (now - (phases[at] ?? 0)) % everyMs;
      await own.moveToDelayed(now + everyMs - since, token);
      throw new DelayedError();
    },
    { connection, concurrency, maxStalledCount: 1e9 },
  );
  worker.on('error', (error) => console.error(error));
  // Not at once, so that a profile can be written.
  process.once('SIGTERM', () => process.exit(0));
}
