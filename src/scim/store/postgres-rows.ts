import { foldCase, type UniqueAttribute } from './store.ts';

/** Numbers are not used again, so that nothing new appears on a page that was read. */
const NUMBER = 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY';
const TEXT = 'TEXT COLLATE "C"';

export const POSTGRES_TABLES = [
  `CREATE TABLE resource (
    n ${NUMBER},
    type ${TEXT} NOT NULL,
    id ${TEXT} NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    name ${TEXT} NOT NULL,
    external ${TEXT},
    emails TEXT[] NOT NULL,
    body TEXT NOT NULL
  )`,
  'CREATE INDEX resource_type ON resource (type, n)',
  'CREATE UNIQUE INDEX resource_name ON resource (type, name)',
  'CREATE UNIQUE INDEX resource_external ON resource (type, external) WHERE external IS NOT NULL',
  'CREATE INDEX resource_emails ON resource USING gin (emails)',
  'CREATE TABLE member (g BIGINT NOT NULL, m BIGINT NOT NULL, PRIMARY KEY (g, m))',
  'CREATE INDEX member_reverse ON member (m, g)',
  `CREATE TABLE event (seq ${NUMBER}, value TEXT NOT NULL)`,
  'CREATE TABLE consumer (name TEXT PRIMARY KEY, seq BIGINT NOT NULL, seen TIMESTAMPTZ NOT NULL)',
  'CREATE TABLE value (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
];

/** A value by which a resource is found, as JSON: Postgres has no text with a NUL or half a character. */
export const uniqueKey = (attribute: UniqueAttribute, value: string): string =>
  JSON.stringify(attribute === 'name' ? foldCase(value) : value);
