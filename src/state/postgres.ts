import type { ClientBase, ClientConfig } from 'pg';
import { InputError, OktaError } from '../errors/errors.ts';

/** What a kind of schema of ours is. */
export interface SchemaKind {
  version: number;
  /** Statements that make it. */
  tables: readonly string[];
  /** A table that no other kind has. */
  mark: string;
  /** What follows from starting over with another schema. */
  startOver: string;
}

/** A schema of a database, and how to connect to it. */
export interface PostgresPlace {
  config: ClientConfig;
  schema: string;
  /** Its failures as OktaErrors, without the password. A driver's own error is not kept: it may have more than its message. */
  failure(error: unknown): unknown;
}

/** OID of BIGINT, which the driver gives as text. @see https://www.postgresql.org/docs/current/datatype-oid.html */
const BIGINT = 20;

/** @throws InputError when the optional package is missing. */
export async function pgDriver(): Promise<typeof import('pg')> {
  try {
    return await import('pg');
  } catch {
    throw new InputError('A state in Postgres needs the package pg, which is not installed', {
      hint: 'npm install pg',
    });
  }
}

/**
 * @param url `postgres://user:password@host/database`; `?schema=` names the schema, for several states in one database.
 * @param ownSchema the schema unless the URL names one.
 * @throws InputError when the package `pg` is missing or the URL cannot be used.
 */
export async function postgresPlace(url: string, ownSchema: string): Promise<PostgresPlace> {
  let address: URL;
  try {
    address = new URL(url);
  } catch {
    // The text is not repeated: it may have a password.
    throw new InputError('The address of the Postgres database is no URL', {
      hint: 'Write postgres://user:password@host:5432/database; encode special characters of the password (@ is %40).',
    });
  }
  const schema = address.searchParams.get('schema') ?? ownSchema;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new InputError(`The schema ${JSON.stringify(schema)} cannot be used`, {
      hint: 'Use lower-case letters, digits and _, at most 63.',
    });
  }
  address.searchParams.delete('schema');
  const { types } = await pgDriver();
  const getTypeParser = (oid: number, format?: 'text' | 'binary') =>
    oid === BIGINT ? Number : types.getTypeParser(oid, format as 'text');
  const { password, href: connectionString } = address;
  const secrets = password ? [password, decodeURIComponent(password)] : [];
  return {
    config: {
      ...{ connectionString, application_name: 'okta-connector', types: { getTypeParser } },
      ...{ connectionTimeoutMillis: 10_000, keepAlive: true },
    },
    schema,
    failure: (error) => failure(error, secrets),
  };
}

/** Makes the tables of a schema those that statements of this connection mean. */
export async function enterSchema(client: ClientBase, schema: string): Promise<void> {
  // Compiling a plan takes longer than any statement here.
  await client.query(`SET search_path TO ${schema}; SET jit = off`);
}

/**
 * Makes the tables where there are none. The connection has entered the schema.
 * @throws InputError when it has something else, or a newer version.
 */
export async function prepareSchema(client: ClientBase, schema: string, kind: SchemaKind): Promise<void> {
  await client.query('BEGIN');
  try {
    // Several may begin at once.
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('okta-connector tables'), hashtext($1))`, [
      schema,
    ]);
    await makeTables(client, schema, kind);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function makeTables(client: ClientBase, schema: string, kind: SchemaKind): Promise<void> {
  const { rows } = await client.query(
    'SELECT table_name AS table FROM information_schema.tables WHERE table_schema = $1',
    [schema],
  );
  const tables = rows.map(({ table }) => table as string);
  if (tables.length === 0) {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    for (const statement of kind.tables) await client.query(statement);
    await client.query('CREATE TABLE okta_connector (version INTEGER NOT NULL)');
    await client.query(`INSERT INTO okta_connector VALUES (${kind.version})`);
    return;
  }
  const unusable = (why: string) =>
    new InputError(`The schema ${schema} of the database cannot be used: ${why}`, {
      hint: `Name another schema: ?schema=NAME. Then ${kind.startOver}.`,
    });
  const isOurs = ['okta_connector', kind.mark].every((table) => tables.includes(table));
  if (!isOurs) throw unusable('it has other tables');
  const { rows: versions } = await client.query('SELECT version FROM okta_connector');
  if (versions[0]?.version > kind.version) throw unusable('a newer version wrote it');
}

/** What cannot be mended by waiting: a wrong password, database, or right. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const IS_FOR_GOOD = /^(28|3D|42501|0A)/;

function failure(error: unknown, secrets: readonly string[]): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (error instanceof OktaError) return error;
  return new OktaError(`The Postgres database of the state failed (${code ?? 'no connection'})`, {
    ...{ code: 'state_locked', actor: 'caller', retryable: !IS_FOR_GOOD.test(code ?? '') },
    hint: 'Check that the database is reachable and that its user may create a schema and write there.',
    ...{ causes: message ? [message] : [], secrets },
  });
}
