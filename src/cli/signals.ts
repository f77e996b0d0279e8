import { OktaError } from '../errors/errors.ts';

const CODE = { SIGINT: 130, SIGTERM: 143 } as const;

/** Aborts on Ctrl-C or SIGTERM; a second one ends the process at once. */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // Not `once`: the lock library ends the process at a signal for which it finds no other listener.
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(CODE[name]);
      controller.abort(
        new OktaError(`Stopped by ${name}`, { code: 'aborted', actor: 'caller', retryable: true }),
      );
    });
  }
  return controller.signal;
}
