import type { IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';
import { orAborted } from '../../../http/abort.ts';
import type { Transport, TransportRequest } from '../../../http/types.ts';

interface Answer {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
  body?: unknown;
}

/** n8n's own client: its proxy, certificate and egress settings hold for what this package sends. */
export const httpRequestTransport =
  (httpRequest: () => (options: IHttpRequestOptions) => Promise<unknown>): Transport =>
  async ({ method, url, headers, body, signal }) =>
    answered(
      (await httpRequest()({
        ...{ url, headers, body },
        method: method as IHttpRequestMethods,
        abortSignal: signal,
        encoding: 'text',
        json: false,
        returnFullResponse: true,
        ignoreHttpStatusErrors: true,
        disableFollowRedirect: true,
      })) as Answer,
    );

/** The only client that a credential test is given; it knows no signal. */
export const legacyTransport =
  (request: (options: object) => Promise<unknown>): Transport =>
  async ({ method, url, headers, body, signal }: TransportRequest) =>
    answered(
      (await orAborted(
        request({
          ...{ method, headers, body },
          uri: url,
          json: false,
          resolveWithFullResponse: true,
          simple: false,
          followRedirect: false,
        }),
        signal,
      )) as Answer,
    );

const answered = ({ statusCode, headers, body }: Answer) => ({
  status: statusCode,
  headers: { ...headers },
  text: typeof body === 'string' ? body : '',
});
