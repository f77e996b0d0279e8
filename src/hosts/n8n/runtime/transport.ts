import type { IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';
import { orAborted } from '../../../http/abort.ts';
import type { Transport, TransportRequest } from '../../../http/types.ts';

interface Answer {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
  body?: unknown;
}

/** Uses n8n's own client, so that its proxy, certificate and egress settings apply to this package. */
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

/** The only client available to a credential test; it does not support abort signals. */
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
