/** Version of the tables. */
export const SCHEMA_VERSION = 1;

/**
 * The tables. A user or group has a number, because memberships refer to it a million times. Texts are apart: what changes with
 * each crawl stays small. `has`: Okta has it. `told`: the target has it. `listed` of a membership: a list in progress has it.
 * @param number the type of a number that the database gives. @param compact what makes a table its own index.
 */
export const schema = (number: string, text: string, compact: string): string[] => [
  'CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
  ...(['users', 'groups'] as const).flatMap((table) => [
    `CREATE TABLE ${table} (
      n ${number},
      id ${text} NOT NULL UNIQUE,
      has SMALLINT NOT NULL DEFAULT 0,
      told SMALLINT NOT NULL DEFAULT 0,
      active SMALLINT NOT NULL DEFAULT 0,
      seen BIGINT,
      due BIGINT,
      attempts INTEGER NOT NULL DEFAULT 0,
      error TEXT${table === 'groups' ? `,${OF_GROUPS}` : ''}
    )`,
    `CREATE INDEX ${table}_due ON ${table} (id, due) WHERE due IS NOT NULL`,
    `CREATE TABLE ${table}_raw (n INTEGER PRIMARY KEY, text TEXT NOT NULL)`,
    `CREATE TABLE ${table}_told (n INTEGER PRIMARY KEY, text TEXT NOT NULL)`,
  ]),
  `CREATE TABLE member (
    g INTEGER NOT NULL,
    u INTEGER NOT NULL,
    has SMALLINT NOT NULL,
    told SMALLINT NOT NULL,
    listed SMALLINT NOT NULL,
    PRIMARY KEY (g, u)
  )${compact}`,
  'CREATE INDEX member_added ON member (g, u) WHERE has = 1 AND told = 0',
  'CREATE INDEX member_left ON member (g, u) WHERE has = 0 AND told = 1',
  `CREATE TABLE pings (n ${number}, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL)`,
  `CREATE TABLE out (n ${number}, value TEXT NOT NULL)`,
];

/** `adds`, `removes`: memberships may have to be added or removed; 0 if surely none. */
const OF_GROUPS = `
      mirrored SMALLINT NOT NULL DEFAULT 0,
      members SMALLINT NOT NULL DEFAULT 0,
      moved BIGINT,
      listed BIGINT,
      next TEXT,
      marked SMALLINT NOT NULL DEFAULT 0,
      adds SMALLINT NOT NULL DEFAULT 0,
      removes SMALLINT NOT NULL DEFAULT 0,
      deferred BIGINT`;

/** Which groups a user is in: made when first needed, because a load without it is three times as fast. */
export const REVERSE = 'CREATE INDEX IF NOT EXISTS member_reverse ON member (u, g)';
export const NO_REVERSE = 'DROP INDEX IF EXISTS member_reverse';
