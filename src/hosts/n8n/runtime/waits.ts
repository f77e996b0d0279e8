import type { IExecuteFunctions } from 'n8n-workflow';
import type { Progress } from '../../../http/types.ts';

/** Shorter waits are not worth a person's attention. */
const WORTH_TELLING_MS = 2_000;

/**
 * Shows waits for Okta's rate limit: at once in the browser's console while a person watches, and as a hint at the
 * node's output when the run is over, which is all that n8n offers.
 */
export function waits(context: IExecuteFunctions): { progress: Progress; tell(): void } {
  let waitedMs = 0;
  let until = 0;
  return {
    progress(message, wait) {
      if (wait?.for === 'rate_limit') {
        // Waits of several requests at the same time count once.
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
        message: `This node waited ${Math.round(waitedMs / 1000)} s for the rate limit of Okta. Lower the number of items, run it less often, or ask Okta for a higher limit.`,
      });
    },
  };
}
