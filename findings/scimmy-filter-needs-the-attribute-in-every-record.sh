#!/usr/bin/env bash
# scimmy 1.3.5: a filter on a complex or multi-valued attribute throws a TypeError if one record of the list does not have it, and a
# filter on an enterprise attribute by its full URN finds nobody.
#
# Expected: as RFC 7644 (3.4.2.2) says, a record without the attribute does not match, the others do; `nickName eq "x"` behaves so.
# Observed: `emails.value eq "..."`, `emails[value eq "..."]` and `emails eq "..."` end with a TypeError as soon as one user has no
# e-mail, which its routers answer as 400; the URN form gives an empty list although a record has that very value.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund scimmy@1.3.5

cat > probe.mjs <<'JS'
import SCIMMY from 'scimmy';

const { Filter } = SCIMMY.Types;
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ana = { userName: 'ana', emails: [{ value: 'ana@acme.test' }], [enterprise]: { employeeNumber: '7' } };
const ben = { userName: 'ben' };
function found(text, people) {
  try {
    return new Filter(text).match(people).map(({ userName }) => userName).join() || 'nobody';
  } catch (error) {
    return error.constructor.name;
  }
}

const seen = [
  found('emails.value eq "ana@acme.test"', [ana]),
  found('emails.value eq "ana@acme.test"', [ana, ben]),
  found('emails[value eq "ana@acme.test"]', [ana, ben]),
  found('emails eq "ana@acme.test"', [ana, ben]),
  found('nickName eq "x"', [ana, ben]),
  found(`${enterprise}:employeeNumber eq "7"`, [ana]),
];
console.log(seen.join('\n'));
const expected = ['ana', 'TypeError', 'TypeError', 'TypeError', 'nobody', 'nobody'];
if (seen.join() !== expected.join()) throw new Error(`this changed; expected ${expected.join(', ')}`);
JS
node probe.mjs
