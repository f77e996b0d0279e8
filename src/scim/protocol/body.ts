import type { Clock } from '../../http/types.ts';
import { badRequest, ScimError, shownText } from '../error.ts';
import { isJsonObject } from '../value.ts';

export interface BodyLimits {
  bytes: number;
  /** How deep JSON may nest. */
  depth: number;
  /** How long the body may take to arrive. */
  bodyMs: number;
}

const TYPES = ['application/scim+json', 'application/json'];

/**
 * Reads the JSON object that a request must have.
 * @throws ScimError 413, 415, 408 or `invalidSyntax`.
 */
export async function readScimBody(
  request: Request,
  limits: BodyLimits,
  clock: Clock,
): Promise<Record<string, unknown>> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim() !== '' && !TYPES.includes(type.trim().toLowerCase())) {
    throw new ScimError(
      415,
      `The Content-Type is ${shownText(type.trim())}; it must be application/scim+json`,
    );
  }
  const bytes = await read(request, limits, clock);
  return parseBody(new TextDecoder().decode(bytes), limits.depth);
}

async function read(
  request: Request,
  { bytes: limit, bodyMs }: BodyLimits,
  clock: Clock,
): Promise<Uint8Array> {
  const tooLarge = () => new ScimError(413, `The body is larger than ${limit} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  const reader = request.body?.getReader();
  if (!reader) return new Uint8Array();
  const over = new AbortController();
  const late = clock.sleep(bodyMs, over.signal).then(() => {
    throw new ScimError(408, `The body did not arrive within ${bodyMs / 1000} seconds`);
  });
  late.catch(() => {});
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
      size += value.length;
      if (size > limit) throw tooLarge();
      chunks.push(value);
    }
  } catch (error) {
    void reader.cancel().catch(() => {});
    throw error;
  } finally {
    over.abort();
  }
}

/** @throws ScimError `invalidSyntax` for anything else than a JSON object that is not too deep. */
export function parseBody(text: string, maxDepth: number): Record<string, unknown> {
  assertShallow(text, maxDepth);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest(
      'invalidSyntax',
      text.trim() === '' ? 'The body is empty' : 'The body is not valid JSON',
    );
  }
  if (!isJsonObject(value)) throw badRequest('invalidSyntax', 'The body must be a JSON object');
  return value;
}

const [QUOTE, BACKSLASH] = ['"', '\\'].map((one) => one.charCodeAt(0));
const [OPENING, CLOSING] = ['[{', ']}'].map((some) => new Set([...some].map((one) => one.charCodeAt(0))));

/** Looks at brackets outside of texts, in one pass, before anything recurses into them. */
function assertShallow(text: string, maxDepth: number): void {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (isText) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (OPENING?.has(code)) {
      depth += 1;
      if (depth > maxDepth)
        throw badRequest('invalidSyntax', `The body nests deeper than ${maxDepth} levels`);
    } else if (CLOSING?.has(code)) depth -= 1;
  }
}
