#!/usr/bin/env bash
# cli-table3 0.6.5: with wordWrap, a word longer than the column loses its end.
#
# Expected: wordWrap continues on the next line whatever does not fit, so that a cell keeps its whole text. Observed: with the default
# wrapOnWordBoundary: true, a word that is longer than the column is cut with an ellipsis, though it stands on a line of its own;
# with false it is continued.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cli-table3@0.6.5

cat > probe.cjs <<'JS'
const Table = require('cli-table3');

const word = '00u1abcdefghijklmnop';
function holds(options) {
  const table = new Table({ colWidths: [14], wordWrap: true, ...options, style: { head: [], border: [] } });
  table.push([`id ${word}`]);
  const text = table.toString();
  console.log(text);
  return text.replace(/[^a-z0-9]/g, '').includes(word);
}
const [byDefault, withFalse] = [holds({}), holds({ wrapOnWordBoundary: false })];
console.log(`default: ${byDefault}, wrapOnWordBoundary false: ${withFalse}`);
process.exit(!byDefault && withFalse ? 0 : 1);
JS
node probe.cjs
# Observed, last line:
# default: false, wrapOnWordBoundary false: true
