import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { InputError } from '../../errors/errors.ts';
import type { Clock } from '../../http/types.ts';
import type { OpenDatabase } from '../../state/sqlite.ts';
import type { GatewayGrants } from './grants.ts';

/** A key as the gateway knows it: the key itself is kept nowhere. */
export interface GatewayKey extends GatewayGrants {
  /** Tells keys of the same name apart, which are made one after the other. */
  id: string;
  name: string;
  /** ISO 8601. */
  created: string;
  /** ISO 8601; it never expires without. */
  expires?: string;
}

/** The keys in a state. Changes by another process count from the next request on. */
export interface GatewayKeys {
  /**
   * Makes a key.
   * @returns the text that callers send; it cannot be read again.
   * @throws InputError when the name is taken or none.
   */
  add(name: string, grants: GatewayGrants, expires?: Date): { key: string };
  list(): GatewayKey[];
  /** @throws InputError when there is no key of this name. */
  revoke(name: string): void;
  /** The key with this id, also one that has expired; undefined when it was revoked. */
  get(id: string): GatewayKey | undefined;
  /** The key that this text is; undefined when it is none, was revoked or has expired. */
  find(text: string): GatewayKey | undefined;
}

/** A key starts with this, so that scanners for secrets recognise it. */
const PREFIX = 'okgw';
const FORM = new RegExp(`^${PREFIX}_([0-9a-f]{16})_[\\w-]{43}$`);
const NAME = /^[\w.@-]{1,64}$/;
const NOBODY = Buffer.alloc(32);

interface Row {
  id: string;
  name: string;
  sha256: Uint8Array;
  grants: string;
  created: number;
  expires: number | null;
}

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');

/** The keys in an open state. They are random, so that a plain hash is enough. */
export function gatewayKeys({ database, guarded }: OpenDatabase, clock: Clock): GatewayKeys {
  const insert = database.prepare(
    'INSERT INTO gateway_key (id, name, sha256, grants, created, expires) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const byName = database.prepare('SELECT id FROM gateway_key WHERE name = ?');
  const byId = database.prepare('SELECT * FROM gateway_key WHERE id = ?');
  const all = database.prepare('SELECT * FROM gateway_key ORDER BY created, name');
  const forget = database.prepare(
    'DELETE FROM answer WHERE key_id = (SELECT id FROM gateway_key WHERE name = ?)',
  );
  const remove = database.prepare('DELETE FROM gateway_key WHERE name = ?');
  return {
    add(name, grants, expires) {
      if (!NAME.test(name)) {
        throw new InputError('A key needs a name of 1 to 64 letters, digits, ".", "_", "@" or "-"', {
          hint: 'Name it after who calls: power-automate.',
        });
      }
      if (expires && expires.getTime() <= clock.now()) {
        throw new InputError('The key would have expired already', { hint: 'Give a time to come.' });
      }
      const id = randomBytes(8).toString('hex');
      const key = `${PREFIX}_${id}_${randomBytes(32).toString('base64url')}`;
      guarded(() => {
        if (byName.get(name)) {
          throw new InputError(`There is a key ${name} already`, {
            hint: 'Choose another name, or revoke that one first.',
          });
        }
        insert.run(id, name, sha256(key), JSON.stringify(grants), clock.now(), expires?.getTime() ?? null);
      });
      return { key };
    },
    get(id) {
      const row = guarded(() => byId.get(id) as unknown as Row | undefined);
      return row && keyOf(row);
    },
    list: () => guarded(() => (all.all() as unknown as Row[]).map(keyOf)),
    revoke(name) {
      const { changes } = guarded(() => {
        forget.run(name);
        return remove.run(name);
      });
      if (changes > 0) return;
      throw new InputError(`There is no key ${name}`, { hint: 'See which there are: keys list.' });
    },
    find(text) {
      const [, id] = FORM.exec(text) ?? [];
      if (id === undefined) return undefined;
      const row = guarded(() => byId.get(id) as unknown as Row | undefined);
      const isSame = timingSafeEqual(row?.sha256 ?? NOBODY, sha256(text));
      if (!row || !isSame || (row.expires !== null && row.expires <= clock.now())) return undefined;
      return keyOf(row);
    },
  };
}

const keyOf = ({ id, name, grants, created, expires }: Row): GatewayKey => ({
  ...{ id, name, created: new Date(created).toISOString() },
  ...(expires === null ? {} : { expires: new Date(expires).toISOString() }),
  ...(JSON.parse(grants) as GatewayGrants),
});
