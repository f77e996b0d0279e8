import { OktaError } from '../errors/errors.ts';

/** Runs a later step of an action. Its failure must not hide what the steps before it did. */
export async function afterDone<T>(done: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OktaError) || done === '') throw error;
    throw new OktaError(`${done}; then: ${error.message}`, { ...error, causes: [...error.causes] });
  }
}
