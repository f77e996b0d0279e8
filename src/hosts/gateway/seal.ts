import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { InputError } from '../../errors/errors.ts';
import type { OpenDatabase } from '../../state/sqlite.ts';

/** Signs the cursors that callers keep: a key may do less than the connection, and a cursor says what is read next. */
export interface CursorSeal {
  seal(cursor: string): string;
  /** @throws InputError for a cursor that this gateway did not give out. */
  open(sealed: string): string;
}

/** The seal of one state; it survives restarts. */
export function cursorSeal({ database, guarded }: OpenDatabase): CursorSeal {
  const secret = guarded(() => {
    database
      .prepare("INSERT OR IGNORE INTO gateway_secret (name, value) VALUES ('cursor', ?)")
      .run(randomBytes(32));
    const row = database.prepare("SELECT value FROM gateway_secret WHERE name = 'cursor'").get();
    return row?.value as Uint8Array;
  });
  const markOf = (cursor: string) => createHmac('sha256', secret).update(cursor).digest('base64url');
  return {
    seal: (cursor) => `${cursor}.${markOf(cursor)}`,
    open(sealed) {
      const [cursor = '', mark = '', ...rest] = sealed.split('.');
      const [given, own] = [mark, markOf(cursor)].map((text) => Buffer.from(text)) as [Buffer, Buffer];
      if (rest.length === 0 && given.length === own.length && timingSafeEqual(given, own)) return cursor;
      throw new InputError('cursor: it was not given out by this gateway', {
        hint: 'Pass the cursor that the last call returned, unchanged; leave it out to begin now.',
      });
    },
  };
}
