import { OktaError } from '../errors/errors.ts';

/** SIGHUP comes when the terminal is closed; Node heeds it under nohup too. */
const CODE = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Aborts on Ctrl-C, on SIGTERM and with the terminal; a second one ends the process at once. */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    // Not `once`: the lock library ends the process at a signal for which it finds no other listener.
    process.on(name, () => {
      if (name === 'SIGHUP') process.once('exit', hangUp);
      if (controller.signal.aborted) process.exit(CODE[name]);
      controller.abort(
        new OktaError(`Stopped by ${name}`, { code: 'aborted', actor: 'caller', retryable: true }),
      );
    });
  }
  return controller.signal;
}

/** Node crashes (SIGABRT, with a core dump) where it sets back a terminal that is gone, as it does when it ends by itself. */
function hangUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}
