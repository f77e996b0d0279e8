import { hash } from 'node:crypto';

/** Whether all cases are wanted, as `npm run test:all-cases` and `.ci/nightly` want them. */
export const ALL_CASES = process.env.TEST_CASES === 'all';

/** Whether a case belongs to the part that `npm test` runs: one of so many, always the same ones. */
export const isInShare = (name: string, parts: number): boolean =>
  ALL_CASES || Number.parseInt(hash('sha256', name, 'hex').slice(0, 8), 16) % parts === 0;
