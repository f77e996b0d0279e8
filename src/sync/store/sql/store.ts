import type { Store } from '../store.ts';
import { turns } from '../turns.ts';
import type { Driver } from './driver.ts';
import { dueMemberMethods } from './due-members.ts';
import { groupMethods } from './groups.ts';
import { memberMethods } from './members.ts';
import { targetMethods } from './target.ts';
import { userMethods } from './users.ts';
import { valueMethods } from './values.ts';

/** A store in a database whose tables exist. */
export async function sqlStore(db: Driver): Promise<Store> {
  const order = turns();
  const methods = {
    ...{ ...valueMethods(db), ...userMethods(db), ...groupMethods(db), ...memberMethods(db) },
    ...{ ...targetMethods(db), ...dueMemberMethods(db) },
  } satisfies Omit<Store, 'transaction' | 'close'>;
  let isInside = false;
  const whole = async <T>(work: () => Promise<T>): Promise<T> => {
    isInside = true;
    try {
      return await db.transaction(work);
    } finally {
      isInside = false;
    }
  };
  const inOrder = Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (...args: unknown[]) =>
        order.call(() => {
          const work = () => (method as (...args: unknown[]) => Promise<unknown>)(...args);
          return isInside ? work() : whole(work);
        }),
    ]),
  ) as unknown as typeof methods;
  return {
    ...inOrder,
    transaction: (work) => order.transaction((inside) => whole(() => inside(work))),
    close: () => order.call(() => db.close()),
  };
}
