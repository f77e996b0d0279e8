import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An item that came, and when. */
export interface Receipt {
  /** Of the message. */
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Takes what is posted, and remembers the ids in their order. */
export async function startReceiver() {
  const receipts: Receipt[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      receipts.push({ id: String(request.headers['webhook-id']), at: Date.now() });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/items`,
    receipts,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
