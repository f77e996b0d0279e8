import type { IExecuteFunctions } from 'n8n-workflow';
import type { Progress } from '../../../http/types.ts';

/** Shorter waits are not worth showing. */
const WORTH_TELLING_MS = 2_000;

/**
 * Shows waits for Okta's rate limit: immediately in the browser's console in manual runs, and as a hint on the node's output
 * once the run is over. n8n offers no other way.
 */
export function waits(context: IExecuteFunctions): { progress: Progress; tell(): void } {
  let waitedMs = 0;
  let until = 0;
  return {
    progress(message, wait) {
      if (wait?.for === 'rate_limit') {
        // Overlapping waits of several requests count once.
        const from = Math.max(Date.now(), until);
        waitedMs += Math.max(0, wait.until - from);
        until = Math.max(until, wait.until);
      }
      context.logger.info(`${context.getNode().name}: ${message}`);
      context.sendMessageToUI(`Okta: ${message}`);
    },
    tell() {
      if (waitedMs < WORTH_TELLING_MS) return;
      context.addExecutionHints({
        type: 'warning',
        location: 'outputPane',
        message: `This node waited ${Math.round(waitedMs / 1000)} s for Okta's rate limit. Process fewer items, run it less often, or ask Okta for a higher limit.`,
      });
    },
  };
}
