import { sleepWithAbort } from 'n8n-workflow';

/** What `setTimeout` gives: all that is asked of it is to be cleared. */
class Timer {
  readonly over = new AbortController();
  unref(): this {
    return this;
  }
  ref(): this {
    return this;
  }
}

/** The global of this name, for packages that n8n allows no timers of their own. */
export function setTimeout(run: () => void, ms = 0): Timer {
  const timer = new Timer();
  sleepWithAbort(ms, timer.over.signal).then(run, () => {});
  return timer;
}

/** The global of this name. */
export function setInterval(run: () => void, ms = 0): Timer {
  const timer = new Timer();
  const again = async () => {
    for (;;) {
      await sleepWithAbort(ms, timer.over.signal);
      run();
    }
  };
  again().catch(() => {});
  return timer;
}

export const clearTimeout = (timer?: Timer): void => timer?.over.abort();
export const clearInterval = clearTimeout;
