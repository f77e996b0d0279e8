#!/usr/bin/env bash
# scim2-parse-filter 0.2.10: of the escapes in a quoted value only \" is undone; \\, \t and \u0041 stay as they were typed.
#
# Expected: RFC 7644 (3.4.2.2) says that a value is a string of JSON, so "CORP\\ana" is CORP\ana and "\u0041na" is Ana.
# Observed: the parsed values are CORP\\ana (two backslashes) and \u0041na. A user name with a backslash, as Windows domains have
# them, is never found by the filter that an identity provider sends, which then creates the user a second time.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund scim2-parse-filter@0.2.10

cat > probe.cjs <<'JS'
const { filter, parse } = require('scim2-parse-filter');

const names = ['CORP\\ana', 'Ana', 'a\tb', 'an "a"'];
const seen = names.map((userName) => {
  const quoted = userName === 'Ana' ? '"\\u0041na"' : JSON.stringify(userName);
  return `${quoted} ${filter(parse(`userName eq ${quoted}`))({ userName }) ? 'found' : 'not found'}`;
});
console.log(seen.join('\n'));
const expected = ['"CORP\\\\ana" not found', '"\\u0041na" not found', '"a\\tb" not found', '"an \\"a\\"" found'];
if (seen.join() !== expected.join()) throw new Error(`this changed; expected\n${expected.join('\n')}`);
JS
node probe.cjs
