import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AxiosInstance } from 'axios';
import { isLoopback } from '../auth/org-url.ts';
import type { Transport } from './types.ts';

/** The transport of this machine, the only user of axios: connections are kept alive, redirects are not followed. */
export function axiosTransport(
  orgUrl: string,
  limits: { maxRequestBytes: number; maxResponseBytes: number },
): Transport & { close(): void } {
  const httpAgent = new HttpAgent({ keepAlive: true });
  const httpsAgent = new HttpsAgent({ keepAlive: true });
  const create = async () =>
    (await import('axios')).default.create({
      adapter: 'http',
      httpAgent,
      httpsAgent,
      maxRedirects: 0,
      // A proxy of the environment would get the credential of plain http in clear, and cannot reach this machine.
      proxy: isLoopback(orgUrl) ? false : undefined,
      maxContentLength: limits.maxResponseBytes,
      maxBodyLength: limits.maxRequestBytes,
      responseType: 'text',
      validateStatus: () => true,
      transformRequest: [(data) => data],
      transformResponse: [(data) => data],
    });
  // Loading axios takes longer than all the rest together, so it waits for the first request.
  let instance: Promise<AxiosInstance> | undefined;
  const transport: Transport = async ({ method, url, headers, body, signal }) => {
    instance ??= create();
    const axios = await instance;
    const { 'Content-Type': type = false, ...others } = headers;
    const answer = await axios.request<string>({
      method,
      url,
      signal,
      data: body,
      headers: { 'Content-Type': type, ...others },
    });
    return {
      status: answer.status,
      headers: answer.headers as Record<string, string | string[]>,
      text: answer.data ?? '',
      encrypted: answer.request?.socket?.encrypted !== undefined,
    };
  };
  return Object.assign(transport, {
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  });
}
