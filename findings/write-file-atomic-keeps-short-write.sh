#!/usr/bin/env bash
# write-file-atomic 7.0.1: when the disk fills up, it replaces the file with a truncated one and reports no error.
#
# Expected: an atomic write either replaces the file completely, or keeps the old one and reports ENOSPC. Observed: the write
# system call stores what fits and returns the number of bytes; the library ignores that number, renames the truncated file
# into place and resolves. Needs root, to mount a small tmpfs.
set -euo pipefail
folder=$(mktemp -d)
disk="$folder/disk"
trap 'umount "$disk" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund write-file-atomic@7.0.1
mkdir "$disk"
mount -t tmpfs -o size=256k tmpfs "$disk"

cat > probe.mjs <<'JS'
import { statSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';

const file = `${process.argv[2]}/state.json`;
await writeFileAtomic(file, 'x'.repeat(64 * 1024));
const outcome = await writeFileAtomic(file, 'y'.repeat(1024 * 1024)).then(
  () => 'resolved',
  (error) => error.code,
);
const { size } = statSync(file);
console.log(`writing 1048576 bytes where 196608 fit: ${outcome}, and the file has ${size} bytes`);
process.exit(outcome === 'resolved' && size < 1024 * 1024 ? 0 : 1);
JS
node probe.mjs "$disk"
# Observed: writing 1048576 bytes where 196608 fit: resolved, and the file has 196608 bytes
