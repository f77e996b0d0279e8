import type { AxiosAdapter, AxiosInstance, AxiosResponse } from 'axios';
import { openTransport } from './transport.ts';
import type { Incoming, Outgoing, Wire } from './wire.ts';

/** Our request, passed through axios untouched. A class: axios copies plain objects, in quadratic time for headers. */
class Payload {
  readonly request: Outgoing;

  constructor(request: Outgoing) {
    this.request = request;
  }
}

/** The only use of axios, with an adapter over our own sockets. */
export async function axiosWire(orgUrl: string, maxBytes: number, idleMs?: number): Promise<Wire> {
  const [{ default: axios }, transport] = await Promise.all([
    // This build lacks the node:http adapter, the bulk of axios: it takes a tenth of the time and memory to load.
    import('axios/dist/browser/axios.cjs') as Promise<typeof import('axios')>,
    openTransport(orgUrl, maxBytes, idleMs),
  ]);
  const { Axios, AxiosHeaders } = axios;
  const none = new AxiosHeaders();
  const adapter: AxiosAdapter = async (config) => {
    const answer = await transport.exchange((config.data as Payload).request);
    // Headers travel with the body: axios would copy each of them twice.
    return { status: answer.status, statusText: '', headers: none, data: answer, config };
  };
  // No axios defaults: the client encodes and decodes bodies itself, once.
  const http = new Axios({ adapter }) as AxiosInstance;
  return {
    async exchange(request) {
      request.signal?.throwIfAborted();
      // Method, path and signal are in the payload: axios takes longer with each member of a request.
      const { data } = await http.request<Incoming, AxiosResponse<Incoming>, Payload>({
        data: new Payload(request),
      });
      return data;
    },
    close: transport.close,
  };
}
