import type { Client } from 'pg';

/** Postgres notices within half a minute that this machine is gone. */
const KEEP_ALIVE =
  'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3';

interface Options {
  /** A connection that is not open yet. */
  connect(): Client;
  /** Where commits with events are announced. */
  channel: string;
  /** What this process announces, and need not hear. */
  own: string;
  /** Called when another process has committed events, and when that may have been missed. */
  tell(): void;
}

/**
 * A connection that holds the consumers of this process and hears of the events of others. Postgres frees them when it ends, also
 * by a kill.
 */
export class PostgresConsumers {
  readonly #options: Options;
  readonly #held = new Set<string>();
  #open: Promise<Client> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** True when this process has the consumer now. @throws what the driver throws, while the database is away. */
  async claim(consumer: string): Promise<boolean> {
    if (this.#held.has(consumer)) return true;
    this.#open ??= this.#connected();
    const client = await this.#open;
    const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtext($1), hashtext($2)) AS taken', [
      `${this.#options.channel} consumer`,
      consumer,
    ]);
    if (rows[0].taken) this.#held.add(consumer);
    return rows[0].taken;
  }

  async #connected(): Promise<Client> {
    const { connect, channel, own, tell } = this.#options;
    const client = connect();
    const lost = () => {
      this.#open = undefined;
      this.#held.clear();
      tell();
    };
    // The end follows.
    client.on('error', () => {});
    client.on('notification', ({ payload }) => {
      if (payload !== own) tell();
    });
    try {
      await client.connect();
      client.on('end', lost);
      await client.query(`${KEEP_ALIVE}; LISTEN ${channel}`);
      return client;
    } catch (error) {
      this.#open = undefined;
      await client.end().catch(() => {});
      throw error;
    }
  }

  async close(): Promise<void> {
    const client = await this.#open?.catch(() => undefined);
    await client?.end().catch(() => {});
  }
}
