import { oktaError, Refusal } from './errors.ts';
import type { Endpoint } from './http.ts';

const maximumBytes = 1024 * 1024;

/** The body of a request: parsed JSON at the API, plain text where OAuth sends forms, undefined when empty. */
export async function readBody(
  request: Request,
  { method, path, scope, takesFile }: Endpoint,
): Promise<unknown> {
  if (method === 'GET' || method === 'DELETE') return undefined;
  const length = request.headers.get('content-length');
  if (length === null && !request.headers.has('transfer-encoding')) throw new Refusal(411, undefined);
  if (Number(length) > maximumBytes) throw new Refusal(413, undefined);
  const text = await request.text();
  if (text.length > maximumBytes) throw new Refusal(413, undefined);
  if (text === '') return undefined;
  if (path.startsWith('/oauth2/') && scope === undefined) return text;
  const type = request.headers.get('content-type')?.toLowerCase() ?? '';
  if (takesFile && type.startsWith('multipart/form-data')) return text;
  if (!type.startsWith('application/json')) throw oktaError('E0000021');
  try {
    return JSON.parse(text);
  } catch {
    throw oktaError('E0000003');
  }
}
