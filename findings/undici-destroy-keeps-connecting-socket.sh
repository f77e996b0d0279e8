#!/usr/bin/env bash
# undici 8.13.1: Pool.destroy() does not close a socket that is still connecting.
#
# Expected: a process that destroys its pool can exit immediately. Observed: the promise of destroy() resolves and the request
# is rejected within milliseconds, but the TCP connection whose TLS handshake is pending stays open until connectTimeout and
# keeps the process alive until then. A server that accepts connections but never speaks TLS reproduces it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@8.13.1

cat > probe.mjs <<'JS'
import { createServer } from 'node:net';
import { fork } from 'node:child_process';

if (process.argv[2]) {
  const { Pool } = await import('undici');
  const pool = new Pool(`https://127.0.0.1:${process.argv[2]}`, { connect: { timeout: 3_000 } });
  const request = pool.request({ path: '/', method: 'GET' }).catch((error) => error.name);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const began = performance.now();
  await pool.destroy();
  await request;
  process.send({ settledMs: Math.round(performance.now() - began) });
  process.disconnect();
} else {
  const server = createServer(() => {}).listen(0, '127.0.0.1', () => {
    const began = performance.now();
    const child = fork(process.argv[1], [String(server.address().port)]);
    let settledMs;
    child.on('message', (message) => ({ settledMs } = message));
    child.on('exit', () => {
      const livedMs = Math.round(performance.now() - began);
      console.log(`destroy() and the request settled after ${settledMs} ms; the process lived ${livedMs} ms`);
      process.exit(settledMs < 500 && livedMs > 2_500 ? 0 : 1);
    });
  });
}
JS
# Node 22.19 or newer.
npx --yes node@24.21.0 probe.mjs
# Observed: destroy() and the request settled after 1 ms; the process lived 3724 ms
