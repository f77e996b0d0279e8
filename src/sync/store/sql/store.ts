import type { Store, Survives } from '../store.ts';
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
  const whole = async <T>(work: () => Promise<T>, survives: Survives = 'kill'): Promise<T> => {
    isInside = true;
    try {
      return await db.transaction(work, survives);
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
    transaction: (work, survives) => order.transaction((inside) => whole(() => inside(work), survives)),
    close: () => order.call(() => db.close()),
  };
}
