import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';

interface Received {
  method: string;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: envelopes are looked into freely
  body: any;
}

export interface Receiver {
  uri: string;
  received: Received[];
  /** The POSTs alone. */
  readonly envelopes: Received[];
  /** Uuids of all events that arrived, in order. */
  readonly uuids: string[];
  /** How it answers; undefined gives the challenge back and thanks for events. */
  answer: ((request: Received, response: ServerResponse) => void) | undefined;
}

/** A local receiver of event hooks for a file of tests, new at each of them. */
export function useReceiver(): Receiver {
  const receiver: Receiver = {
    uri: '',
    received: [],
    get envelopes() {
      return this.received.filter(({ method }) => method === 'POST');
    },
    get uuids() {
      return this.envelopes.flatMap(({ body }) =>
        body.data.events.map((event: { uuid: string }) => event.uuid),
      );
    },
    answer: undefined,
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const body = text === '' ? undefined : JSON.parse(text);
      const received = { method: String(request.method), headers: request.headers, body };
      receiver.received.push(received);
      (receiver.answer ?? answerWell)(received, response);
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    receiver.uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  beforeEach(() => {
    receiver.received = [];
    receiver.answer = undefined;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return receiver;
}

export function answerWell({ method, headers }: Received, response: ServerResponse): void {
  if (method === 'POST') response.writeHead(204).end();
  else response.end(JSON.stringify({ verification: headers['x-okta-verification-challenge'] }));
}
