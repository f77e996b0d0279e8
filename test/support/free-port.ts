import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, so that a server which is restarted finds its port again. */
const FIRST = 20_000;
const LAST = 32_000;

let candidate = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** @returns a port on 127.0.0.1 that nobody listens at and that no process is given unasked. */
export async function freePort(): Promise<number> {
  for (;;) {
    candidate = candidate < LAST ? candidate + 1 : FIRST;
    const port = candidate;
    const probe = createServer().listen(port, '127.0.0.1');
    try {
      await once(probe, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw error;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
