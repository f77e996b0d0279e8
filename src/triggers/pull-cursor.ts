import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { InputError } from '../errors/errors.ts';
import { canonical, isRecord } from '../schema/record.ts';

const [deflate, inflate] = [promisify(deflateRaw), promisify(inflateRaw)];

/** What a cursor carries. */
export interface CursorContent {
  /** Ids in place of the names in the input. */
  named: Record<string, unknown>;
  /** The state of the source; undefined before it has any. */
  state: unknown;
}

/** Bytes of each of the two digests at the beginning. */
const DIGEST = 6;
/** Characters of a cursor. Only a directory comes near. */
const LONGEST = 4_000_000;
/** Bytes of its content. */
const LARGEST = 64 * 1024 * 1024;

const digest = (...parts: (string | Buffer)[]): Buffer =>
  hash('sha256', Buffer.concat(parts.map((part) => Buffer.from(part))), 'buffer').subarray(0, DIGEST);

/**
 * Writes and reads the cursors of one trigger with one input in one org. A cursor is a deflated JSON value after two digests, of
 * what it is for and of itself, as base64url. It holds no secret, and the digests prove no origin: a host whose callers have
 * fewer rights than the connection signs it.
 */
export function cursorFor(trigger: string, input: unknown, orgUrl: string) {
  const purpose = digest(canonical([1, trigger, input ?? null, orgUrl]));
  return {
    /** @throws InputError for a state that is too large to travel. */
    async write(content: CursorContent): Promise<string> {
      const packed = await deflate(JSON.stringify(content), { level: 9 });
      const cursor = Buffer.concat([purpose, digest(packed), packed]).toString('base64url');
      if (cursor.length <= LONGEST) return cursor;
      throw new InputError(`What ${trigger} has to remember is too large for a cursor`, {
        hint: 'Follow it with a state of its own: client.follow in code ("okta-connector poll --follow").',
      });
    },
    /** @throws InputError for a text that `write` did not return for this trigger, input and org. */
    async read(cursor: unknown): Promise<CursorContent> {
      const bytes = Buffer.from(typeof cursor === 'string' ? cursor.slice(0, LONGEST + 1) : '', 'base64url');
      const packed = bytes.subarray(2 * DIGEST);
      const isWhole =
        bytes.toString('base64url') === cursor && digest(packed).equals(bytes.subarray(DIGEST, 2 * DIGEST));
      if (!isWhole) throw refused('is damaged');
      if (!purpose.equals(bytes.subarray(0, DIGEST)))
        throw refused(`was not returned for ${trigger} with this input in this org`);
      const text = await inflate(packed, { maxOutputLength: LARGEST }).catch(() => {
        throw refused('is damaged');
      });
      const { named, state } = JSON.parse(text.toString()) as Partial<CursorContent>;
      return { named: isRecord(named) ? named : {}, state };
    },
  };
}

const refused = (why: string) =>
  new InputError(`cursor: it ${why}`, {
    hint: 'Pass the cursor that the last call returned, unchanged; leave it out to begin now.',
  });
