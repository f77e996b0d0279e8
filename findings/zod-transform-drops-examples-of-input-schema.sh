#!/usr/bin/env bash
# zod 4.6.7: toJSONSchema({ io: 'input' }) loses the `examples` of a schema that has a transform.
#
# Expected: metadata from .meta() appears in the JSON Schema of either side, as title and description do. Observed: after
# .transform(), the input side keeps title and description but drops examples; .overwrite(), which also changes the value,
# keeps them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund zod@4.6.7

cat > probe.mjs <<'JS'
import { z } from 'zod';

const meta = { title: 'Name', description: 'A name.', examples: ['Ana'] };
const side = (schema) => z.toJSONSchema(schema, { io: 'input' });
const members = (schema) => Object.keys(meta).filter((name) => name in side(schema)).join(' ');

const plain = members(z.string().meta(meta));
const transformed = members(z.string().transform((text) => text.trim()).meta(meta));
const overwritten = members(z.string().overwrite((text) => text.trim()).meta(meta));
console.log(`plain: ${plain}\ntransform: ${transformed}\noverwrite: ${overwritten}`);
const all = 'title description examples';
process.exit(plain === all && transformed === 'title description' && overwritten === all ? 0 : 1);
JS
node probe.mjs
# Observed:
# plain: title description examples
# transform: title description
# overwrite: title description examples
