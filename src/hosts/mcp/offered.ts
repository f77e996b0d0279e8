import { nearest } from '../../errors/did-you-mean.ts';
import { InputError } from '../../errors/errors.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { destructiveness } from '../index.ts';
import { localInputs } from './local-inputs.ts';
import type { McpAction, McpHost, McpOptions } from './types.ts';

/** Why an action is not offered to anybody; undefined if it is. */
function reasonAgainst(action: McpAction, options: McpOptions): string | undefined {
  const { readOnly, toolsets, confirm } = options;
  if (toolsets && !toolsets.includes(action.resource)) return 'not in --toolsets';
  const reads =
    action.effect.kind === 'read' || (action.effectWhen ?? []).some(({ effect }) => effect.kind === 'read');
  if (readOnly && !reads) return 'it changes something, and the server is --read-only';
  if (confirm === 'never' && destructiveness(action) === 'always')
    return 'it cannot be undone (--confirm never)';
  const local = localInputs(action, options);
  const required = (action.input as { required?: string[] }).required ?? [];
  if (required.some((name) => local.includes(name)))
    return 'it needs a file of the machine that the server runs on';
  return undefined;
}

/** The actions that the operator's decisions leave. */
export const offeredActions = ({ manifest, options }: Pick<McpHost, 'manifest' | 'options'>): McpAction[] =>
  manifest.actions.filter((action) => reasonAgainst(action, options) === undefined);

/** The tools that this client does not see, by the reason. */
export function hiddenBecause({ manifest, options }: McpHost, canAsk: boolean): Record<string, unknown> {
  const hidden: Record<string, string[]> = {};
  for (const action of manifest.actions) {
    const unasked =
      !canAsk && destructiveness(action) === 'always'
        ? 'it cannot be undone, and this client cannot ask its user (elicitation)'
        : undefined;
    const reason = reasonAgainst(action, options) ?? unasked;
    if (reason === undefined) continue;
    hidden[reason] ??= [];
    hidden[reason].push(action.key);
  }
  return { hidden, more: 'check_connection tells which of the others lack a scope or a role' };
}

/** @throws InputError for a toolset that is none. */
export function checkToolsets({ actions }: Manifest, toolsets: readonly string[] | undefined): void {
  const known = [...new Set(actions.map(({ resource }) => resource))];
  for (const one of toolsets ?? []) {
    if (known.includes(one)) continue;
    const near = nearest(one, known);
    throw new InputError(`There is no toolset ${one}`, {
      hint: near ? `Did you mean ${near}?` : `There are ${known.join(', ')}.`,
    });
  }
}
