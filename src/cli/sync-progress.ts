import type { SyncProgress } from '../sync/sync.ts';
import { showProgress } from './progress.ts';

const NOUN = { users: 'users', groups: 'groups', members: 'memberships', changes: 'changes' } as const;

/** Shows how far a run is, one phase after the other. */
export function showSync(): { on: (progress: SyncProgress) => void; end: () => void } {
  let now: SyncProgress | undefined;
  let end = () => {};
  return {
    on(progress) {
      const isNext = progress.phase !== now?.phase;
      if (isNext) end();
      now = progress;
      if (isNext) end = showProgress(NOUN[progress.phase], () => now ?? progress);
    },
    end: () => end(),
  };
}
