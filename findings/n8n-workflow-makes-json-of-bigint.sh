#!/usr/bin/env bash
# n8n-workflow 1.120.31: loading it changes what JSON.stringify does with a bigint in the whole process.
#
# Expected: a library of types and helpers leaves the language alone, so JSON.stringify({ id: 1n }) throws a TypeError before and
# after. Observed: after one require it returns {"id":"1"}: BigInt.prototype has a toJSON. Code that tells what is no JSON by that
# error, and tests of it that share a process with a test of an n8n node, pass or fail by the order in which files were loaded.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts n8n-workflow@1.120.31

cat > probe.cjs <<'JS'
const told = () => {
  try {
    return JSON.stringify({ id: 1n });
  } catch (error) {
    return error.name;
  }
};
const before = told();
require('n8n-workflow');
console.log(`before: ${before}\nafter: ${told()}`);
process.exit(before === 'TypeError' && told() === '{"id":"1"}' ? 0 : 1);
JS
node probe.cjs
# Observed:
# before: TypeError
# after: {"id":"1"}
