import type { AxiosAdapter, AxiosInstance, AxiosResponse } from 'axios';
import { openTransport } from './transport.ts';
import type { Incoming, Outgoing, Wire } from './wire.ts';

/** What axios hands through. A class, because axios copies plain objects, and compares each header with each other one. */
class Payload {
  readonly request: Outgoing;

  constructor(request: Outgoing) {
    this.request = request;
  }
}

/** The only user of axios, over sockets of this machine. */
export async function axiosWire(orgUrl: string, maxBytes: number): Promise<Wire> {
  const [{ default: axios }, transport] = await Promise.all([
    // The build without an adapter for node:http, which is most of axios: a tenth of the time and of the memory.
    import('axios/dist/browser/axios.cjs') as Promise<typeof import('axios')>,
    openTransport(orgUrl, maxBytes),
  ]);
  const { Axios, AxiosHeaders } = axios;
  const none = new AxiosHeaders();
  const adapter: AxiosAdapter = async (config) => {
    const answer = await transport.exchange((config.data as Payload).request);
    // Headers go along with the body: axios would copy each of them twice.
    return { status: answer.status, statusText: '', headers: none, data: answer, config };
  };
  // Bare of the defaults of axios: bodies are made and read by the client, once.
  const http = new Axios({ adapter }) as AxiosInstance;
  return {
    async exchange(request) {
      const { method, path, signal } = request;
      const { data } = await http.request<Incoming, AxiosResponse<Incoming>, Payload>({
        ...{ method, url: path, signal },
        data: new Payload(request),
      });
      return data;
    },
    close: transport.close,
  };
}
