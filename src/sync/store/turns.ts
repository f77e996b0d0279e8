import { AsyncLocalStorage } from 'node:async_hooks';

/** Runs calls one after the other. Those of the running transaction go before the others, which wait for its end. */
export interface Turns {
  call<T>(work: () => T | Promise<T>): Promise<T>;
  /** @param around begins, runs the calls inside, and ends. */
  transaction<T>(around: (inside: <R>(work: () => Promise<R>) => Promise<R>) => Promise<T>): Promise<T>;
}

interface Running {
  isOver: boolean;
  last: Promise<unknown>;
}

export function turns(): Turns {
  const current = new AsyncLocalStorage<Running>();
  const outside: Running = { isOver: false, last: Promise.resolve() };
  const running = () => {
    const own = current.getStore();
    return own && !own.isOver ? own : outside;
  };
  const next = <T>(queue: Running, work: () => T | Promise<T>): Promise<T> => {
    const done = queue.last.then(work);
    queue.last = done.catch(() => {});
    return done;
  };
  return {
    call: (work) => next(running(), work),
    transaction(around) {
      if (running() !== outside) throw new Error('A transaction within another one');
      return next(outside, () => {
        const own: Running = { isOver: false, last: Promise.resolve() };
        return around((work) =>
          current.run(own, async () => {
            try {
              return await work();
            } finally {
              // A call that was not awaited still belongs to the transaction.
              await own.last;
              own.isOver = true;
            }
          }),
        );
      });
    },
  };
}
