#!/usr/bin/env bash
# zapier-platform-core 19.1.0: in a test, a cursor that was set reads back as null.
#
# Expected: with `cursorTestObj` in the event of a test, which the core takes as the memory behind `z.cursor`, `z.cursor.get()` returns
# what `z.cursor.set()` was given. Observed: the value is filed as a name with nothing under it, so that a trigger which pages looks in
# tests as if it began anew each time. Without `cursorTestObj` both calls fail, as they want Zapier's own server.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund zapier-platform-core@19.1.0

cat > probe.cjs <<'JS'
const { createAppHandler, version } = require('zapier-platform-core');

const perform = async (z) => {
  await z.cursor.set('page-2');
  return [{ id: 1, cursor: await z.cursor.get() }];
};
const app = {
  version: '1.0.0',
  platformVersion: version,
  triggers: {
    thing: {
      key: 'thing',
      noun: 'Thing',
      display: { label: 'New Thing', description: 'Triggers on a new thing.' },
      operation: { canPaginate: true, perform, sample: { id: 1 } },
    },
  },
};
const event = { command: 'execute', method: 'triggers.thing.operation.perform', bundle: {}, storeKey: 'test' };
(async () => {
  const cursorTestObj = {};
  const { results } = await createAppHandler(app)({ ...event, cursorTestObj });
  console.log(JSON.stringify({ read: results[0].cursor, kept: cursorTestObj }));
  process.exit(results[0].cursor === null && cursorTestObj['page-2'] === null ? 0 : 1);
})();
JS
node probe.cjs
# Observed:
# {"read":null,"kept":{"page-2":null}}
