import { oktaError, Refusal } from './errors.ts';
import type { Endpoint } from './http.ts';

const maximumBytes = 1024 * 1024;

/** The body of a request: parsed JSON at the API, text where OAuth sends forms or a file is taken, undefined when empty. */
export async function readBody(
  request: Request,
  { method, path, scope, takes = [] }: Endpoint,
): Promise<unknown> {
  if (method === 'GET' || method === 'DELETE') return undefined;
  const length = request.headers.get('content-length');
  if (length === null && !request.headers.has('transfer-encoding')) throw new Refusal(411, undefined);
  if (Number(length) > maximumBytes) throw new Refusal(413, undefined);
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > maximumBytes) throw new Refusal(413, undefined);
  const text = bytes.toString('utf8');
  if (text === '') return undefined;
  if (path.startsWith('/oauth2/') && scope === undefined) return text;
  const type = request.headers.get('content-type')?.toLowerCase() ?? '';
  if (takes.some((one) => type.startsWith(one))) return bytes.toString('latin1');
  if (!type.startsWith('application/json')) throw oktaError('E0000021');
  try {
    return JSON.parse(text);
  } catch {
    throw oktaError('E0000003');
  }
}
