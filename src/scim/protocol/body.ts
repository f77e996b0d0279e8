import { deferred } from '../../http/deferred.ts';
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
export async function readScimBody(request: Request, limits: BodyLimits): Promise<Record<string, unknown>> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim() !== '' && !TYPES.includes(type.trim().toLowerCase())) {
    throw new ScimError(
      415,
      `The Content-Type is ${shownText(type.trim())}; it must be application/scim+json`,
    );
  }
  const coding = request.headers.get('content-encoding') ?? 'identity';
  if (coding.toLowerCase() !== 'identity') {
    throw new ScimError(415, `The Content-Encoding is ${shownText(coding)}; send the body as it is`);
  }
  const bytes = await read(request, limits);
  return parseBody(textOf(bytes), limits.depth);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('invalidSyntax', 'The body is not UTF-8');
  }
}

async function read(request: Request, { bytes: limit, bodyMs }: BodyLimits): Promise<Uint8Array> {
  const length = request.headers.get('content-length');
  if (Number(length ?? 0) > limit) throw tooLarge(limit);
  const { promise: late, reject } = deferred<never>();
  const refuse = () => reject(new ScimError(408, `The body did not arrive within ${bodyMs / 1000} seconds`));
  const timer = setTimeout(refuse, bodyMs);
  try {
    return await Promise.race([length === null ? counted(request, limit) : whole(request, limit), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A body of a length that is known: servers have a short way for it. */
async function whole(request: Request, limit: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > limit) throw tooLarge(limit);
  return bytes;
}

async function counted(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (limit: number) => new ScimError(413, `The body is larger than ${limit} bytes`);

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
  if (HALF.test(text) && HALF.test(JSON.stringify(value))) {
    throw badRequest(
      'invalidSyntax',
      'The body has half of a character: a \\ud800 to \\udfff that is no pair',
    );
  }
  return value;
}

/** As JSON.stringify writes half of a pair. Stores cannot tell one from another, so two people could become one. */
const HALF = /(?<!\\)(?:\\\\)*\\ud[89a-f]/i;

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
