import { hash } from 'node:crypto';
import type { Client } from '../client.ts';
import { Kept } from '../session/kept.ts';

/**
 * Clients that outlive a run, for services that start anew for each step but keep the process: the next step reuses their tokens
 * and what they learned about rate limits. Nothing is stored outside this process.
 * @param most clients to keep; the one that was used longest ago is closed first.
 * @returns the client for what tells connections apart, a JSON value of which only the hash is kept; `open` makes a new one.
 */
export function keptClients(most = 20): (of: unknown, open: () => Client) => Client {
  const kept = new Kept<Client>(most, (client) => client.close());
  return (of, open) => {
    const key = hash('sha256', JSON.stringify(of), 'base64');
    const known = kept.get(key);
    if (known) return known;
    const client = open();
    kept.set(key, client);
    return client;
  };
}
