import { OktaError } from '../errors/errors.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { printJson } from './output.ts';
import { onInterrupt } from './signals.ts';

/** Prints the report of the connection test. @throws OktaError after the report when the connection does not work. */
export async function check(flags: ConnectionFlags): Promise<void> {
  const client = await openClient(flags);
  try {
    const report = await client.test({ signal: onInterrupt() });
    await printJson(report);
    // Missing scopes alone leave a connection that works.
    const problem = report.problems.find((one) => one.code !== 'insufficient_scope');
    if (problem) throw new OktaError(problem.message, problem);
  } finally {
    client.close();
  }
}
