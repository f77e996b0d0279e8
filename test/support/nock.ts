import nock from 'nock';
import { afterAll, afterEach, beforeAll } from 'vitest';

// Imported, it takes over the requests of the whole worker, and files of tests share one.
nock.restore();

/** Answers the requests of this file's tests; none reaches the network. */
export function useNock(): void {
  beforeAll(() => {
    nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
}

export { nock };
