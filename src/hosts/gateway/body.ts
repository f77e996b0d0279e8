import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { isRecord } from '../../schema/record.ts';
import type { GatewayEnv } from './deps.ts';
import { GatewayError } from './errors.ts';

const MAX_BYTES = 1_048_576;
const MAX_DEPTH = 64;

/** Refuses bodies of more than 1 MiB while they arrive. */
export const limitedBody = bodyLimit({
  maxSize: MAX_BYTES,
  onError() {
    throw new GatewayError(413, 'too_large', `The body is larger than ${MAX_BYTES} bytes`, {
      hint: 'Send less in one request.',
    });
  },
});

/**
 * The JSON object of a request; an empty body is an empty object.
 * @throws GatewayError 415 for another type of content, 400 for anything else than a JSON object.
 */
export async function jsonBody(c: Context<GatewayEnv>): Promise<Record<string, unknown>> {
  assertPlain(c);
  const bytes = await c.req.arrayBuffer().catch(() => {
    throw invalid('The body did not arrive whole');
  });
  if (bytes.byteLength === 0) return {};
  const [type = ''] = (c.req.header('content-type') ?? '').toLowerCase().split(';');
  if (!/^application\/([\w.-]+\+)?json$/.test(type.trim())) {
    throw new GatewayError(415, 'unsupported_media_type', 'The body is not declared as JSON', {
      hint: 'Send it with the header "Content-Type: application/json".',
    });
  }
  const value = parsed(bytes);
  assertShallow(value);
  if (isRecord(value)) return value;
  throw invalid('The body must be a JSON object');
}

function assertPlain(c: Context<GatewayEnv>): void {
  if ((c.req.header('content-encoding') ?? 'identity').toLowerCase() === 'identity') return;
  throw new GatewayError(415, 'unsupported_media_type', 'The body is compressed', {
    hint: 'Send it as it is, without Content-Encoding.',
  });
}

function parsed(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('The body is not valid JSON in UTF-8');
  }
}

/** Before anything recurses into it. */
function assertShallow(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw invalid(`The body nests deeper than ${MAX_DEPTH} levels`);
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
}

const invalid = (message: string): GatewayError =>
  new GatewayError(400, 'invalid_request', message, { hint: 'Send the input as one JSON object.' });
