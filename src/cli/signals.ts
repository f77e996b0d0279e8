import { OktaError } from '../errors/errors.ts';

/** Aborts on Ctrl-C or SIGTERM; a second one ends the process at once. */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () =>
      controller.abort(
        new OktaError(`Stopped by ${name}`, { code: 'aborted', actor: 'caller', retryable: true }),
      ),
    );
  }
  return controller.signal;
}
