#!/usr/bin/env bash
# Node 24.21.0 (node:sqlite, SQLite 3.53.4): a write-ahead log is played into whatever file has its name.
#
# Expected: a log belongs to the database that wrote it (it has salts and checksums of its own), so that beside another database, which
# was built elsewhere and renamed into this place, it is ignored. Observed: nothing in the log names its database. The new file is
# opened without an error and shows the rows of the old one; its own are gone. Who replaces a database by renaming has to remove
# FILE-wal and FILE-shm first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0

cat > probe.cjs <<'JS'
const { DatabaseSync } = require('node:sqlite');
const { spawnSync } = require('node:child_process');
const { existsSync, renameSync, rmSync } = require('node:fs');

const make = (file, mode, name) => {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE person (name TEXT)`);
  database.prepare('INSERT INTO person VALUES (?)').run(name);
  return database;
};
if (process.argv[2] === 'old') {
  make('people.db', 'WAL', 'old');
  // Ends as a killed process does: the log stays beside its file.
  process.kill(process.pid, 'SIGKILL');
} else {
  spawnSync(process.execPath, [__filename, 'old']);
  const hasLog = existsSync('people.db-wal');
  rmSync('people.db');
  make('new.db', 'DELETE', 'new').close();
  renameSync('new.db', 'people.db');
  const names = new DatabaseSync('people.db').prepare('SELECT name FROM person').all().map(({ name }) => name);
  console.log(`SQLite ${process.versions.sqlite}, log left: ${hasLog}, rows of the new file: ${names}`);
  process.exitCode = hasLog && names.join() === 'old' ? 0 : 1;
}
JS
./node_modules/.bin/node probe.cjs
# Observed:
# SQLite 3.53.4, log left: true, rows of the new file: old
