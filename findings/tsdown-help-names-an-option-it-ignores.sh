#!/usr/bin/env bash
# tsdown 0.22.3: --help lists --deps.never-bundle, and written like that the option does nothing.
#
# Expected: the package named by it stays an import, or the option is refused as unknown.
# Observed: the package is bundled without a word. Only the spelling --deps.neverBundle, which the help does not have, works.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "name": "probe", "version": "1.0.0", "type": "module" }
JSON
npm install --silent --no-audit --no-fund --save-dev tsdown@0.22.3 typescript@5.9.3 kleur@4.1.5
echo "import { red } from 'kleur/colors'; console.log(red('probe'));" > probe.ts

listed=$(npx tsdown --help | grep -c -- '--deps.never-bundle' || true)
imports() {
  npx tsdown probe.ts --no-config --no-dts --platform node -d "$2" --logLevel error "$1" kleur/colors "$1" kleur
  grep -cE 'from "kleur' "$2"/probe.mjs || true
}
seen="listed $listed, --deps.never-bundle leaves $(imports --deps.never-bundle a) import, --deps.neverBundle leaves $(imports --deps.neverBundle b)"
echo "$seen"
[ "$seen" = 'listed 1, --deps.never-bundle leaves 0 import, --deps.neverBundle leaves 1' ] || {
  echo 'this changed' >&2
  exit 1
}
