import type { INode } from 'n8n-workflow';
import { effectFor } from '../../../actions/effect.ts';
import { parseInput } from '../../../actions/run.ts';
import { actionOf } from '../../../connector.ts';
import { OktaError } from '../../../errors/errors.ts';
import { AGENT_MAY, AGENT_OPTION, OPTIONS } from '../names.ts';

/** n8n derives a second type from each node that is usable as a tool, whose name ends so: it runs only for agents. */
const isTool = ({ type }: INode): boolean => type.endsWith('Tool');

/**
 * Refuses what cannot be undone to an AI agent, unless the person who built the workflow allowed it: n8n asks nobody before an
 * agent's call. The option counts as it was saved: no expression, which an agent could fill in, turns it on.
 * @throws OktaError `not_supported` for such a call; InputError for an invalid input.
 */
export function checkAgent(node: INode, key: string, input: unknown): void {
  const options = (node.parameters[OPTIONS] ?? {}) as Record<string, unknown>;
  if (!isTool(node) || options[AGENT_OPTION] === true) return;
  const action = actionOf(key);
  if (!effectFor(action, parseInput(action, input)).destructive) return;
  throw new OktaError(`"${action.title}" cannot be undone, and this agent may not do it: nothing was done`, {
    code: 'not_supported',
    actor: 'caller',
    hint: `Do not try again. A person can do it, or turn on "${AGENT_MAY}" under Options of the node "${node.name}".`,
  });
}
