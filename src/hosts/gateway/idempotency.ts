import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { Clock } from '../../http/types.ts';
import { canonical } from '../../schema/record.ts';
import type { OpenDatabase } from '../../state/sqlite.ts';
import { GatewayError } from './errors.ts';

/** An answer that was sent. */
export interface KeptAnswer {
  status: number;
  body: unknown;
}

/** A write with an Idempotency-Key. */
export interface MarkedWrite {
  keyId: string;
  /** Of the caller's key; what is kept can be read with it only. */
  seal: Buffer;
  /** The Idempotency-Key. */
  name: string;
  operation: string;
  input: unknown;
  /** Doing it twice is as good as once, so that it may be done again when its outcome is not known. */
  repeatable: boolean;
}

/** What a write becomes: an answer of before, or its turn. */
export type Turn = { kept: KeptAnswer } | { keep(answer: KeptAnswer): void; release(): void; leave(): void };

/** The answers of writes, kept for a day. */
export interface KeptAnswers {
  /**
   * Begins a write. One of the three functions of its turn must be called at its end: `keep` its answer; `release` the name when
   * nothing was done; `leave` it when nobody knows.
   * @throws GatewayError 422 for the name of another write; 409 while it runs, and when its outcome is not known.
   */
  begin(write: MarkedWrite): Turn;
}

const DAY_MS = 86_400_000;

/** What seals the answers for a key: derived from its text, which is kept nowhere. */
export const sealOf = (key: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', 'okta-connector gateway answers', 32));

interface Row {
  operation: string;
  mark: Uint8Array;
  kept: Uint8Array | null;
}

/** The answers in an open state, which this process alone uses. */
export function keptAnswers(
  { database, guarded, assertInPlace }: OpenDatabase,
  { clock, notice }: { clock: Clock; notice: (message: string) => void },
): KeptAnswers {
  const forget = database.prepare('DELETE FROM answer WHERE until <= ?');
  const find = database.prepare('SELECT operation, mark, kept FROM answer WHERE key_id = ? AND name = ?');
  const claim = database.prepare(
    'INSERT INTO answer (key_id, name, operation, mark, until) VALUES (?, ?, ?, ?, ?)',
  );
  const fill = database.prepare('UPDATE answer SET kept = ?, until = ? WHERE key_id = ? AND name = ?');
  const remove = database.prepare('DELETE FROM answer WHERE key_id = ? AND name = ?');
  const running = new Set<string>();

  function turnOf({ keyId, seal, name }: MarkedWrite): Turn {
    const id = `${keyId} ${name}`;
    running.add(id);
    const end = (note: () => void) => {
      running.delete(id);
      try {
        guarded(note);
      } catch (error) {
        // The write is done: its answer must reach the caller all the same.
        notice(`The answer of a write could not be kept: ${(error as Error).message}`);
      }
    };
    return {
      keep: (answer) => end(() => fill.run(sealed(seal, answer), clock.now() + DAY_MS, keyId, name)),
      release: () => end(() => remove.run(keyId, name)),
      leave: () => end(() => {}),
    };
  }

  return {
    begin(write) {
      const { keyId, seal, name, operation, repeatable } = write;
      const mark = createHmac('sha256', seal).update(canonical(write.input)).digest();
      const found = guarded(() => {
        assertInPlace();
        forget.run(clock.now());
        const row = find.get(keyId, name) as unknown as Row | undefined;
        if (!row) claim.run(keyId, name, operation, mark, clock.now() + DAY_MS);
        return row;
      });
      if (!found) return turnOf(write);
      if (found.operation !== operation || !timingSafeEqual(found.mark, mark)) throw reused();
      if (running.has(`${keyId} ${name}`)) throw inProgress();
      if (found.kept) return { kept: opened(seal, found.kept) };
      if (repeatable) return turnOf(write);
      throw unknownOutcome(operation);
    },
  };
}

const reused = () =>
  new GatewayError(422, 'idempotency_key_reused', 'The Idempotency-Key belongs to another request', {
    hint: 'Use a new one for each write, and the same one only to repeat it unchanged.',
  });

const inProgress = () =>
  new GatewayError(409, 'in_progress', 'The first request with this Idempotency-Key is not answered yet', {
    ...{ hint: 'Send it again in some seconds.', retryable: true, headers: { 'Retry-After': '2' } },
  });

const unknownOutcome = (operation: string) =>
  new GatewayError(
    409,
    'outcome_unknown',
    `Nobody knows whether the first request with this Idempotency-Key ran: ${operation} was begun, and not answered`,
    { hint: 'Look in Okta whether it was done; if it was not, send it with a new Idempotency-Key.' },
  );

const [IV, TAG] = [12, 16];

/** @see https://csrc.nist.gov/pubs/sp/800/38/d/final */
function sealed(seal: Buffer, answer: KeptAnswer): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', seal, iv);
  const text = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

function opened(seal: Buffer, bytes: Uint8Array): KeptAnswer {
  const decipher = createDecipheriv('aes-256-gcm', seal, bytes.subarray(0, IV), { authTagLength: TAG });
  decipher.setAuthTag(bytes.subarray(IV, IV + TAG));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()]);
  return JSON.parse(text.toString());
}
