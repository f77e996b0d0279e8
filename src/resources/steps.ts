import { isOktaError } from '../errors/errors.ts';

/** Runs a later step of an action. Its failure must not hide what earlier steps did. */
export async function afterDone<T>(done: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOktaError(error) || done === '') throw error;
    throw error.with({ message: `${done}; then: ${error.message}` });
  }
}
