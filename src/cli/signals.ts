import { OktaError } from '../errors/errors.ts';

/** SIGHUP is sent when the terminal closes; Node does not ignore it under nohup. */
const CODE = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Aborts on Ctrl-C, SIGTERM and a closed terminal; a second signal ends the process immediately. */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    // Not `once`: the lock library ends the process on a signal without another listener.
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

/** On a normal exit Node restores the terminal, and crashes (SIGABRT, core dump) if it is gone: exit explicitly. */
function hangUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}
