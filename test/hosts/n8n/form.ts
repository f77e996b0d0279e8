import type { INodeParameters } from 'n8n-workflow';
import { actionOf } from '../../../src/connector.ts';
import { type HostField, hostFields } from '../../../src/hosts/fields.ts';
import { ADDITIONAL, CLEAR, isMain, parameterOf, ROWS } from '../../../src/hosts/n8n/names.ts';
import { describeAction } from '../../../src/manifest/manifest.ts';

/** What a person would fill into the node to get an input. */
export function filledIn(action: string, input: Record<string, unknown>): INodeParameters {
  const { resource, list, ...operation } = describeAction(actionOf(action));
  const parameters: Record<string, unknown> = { resource, operation: action };
  const additional: Record<string, unknown> = {};
  for (const field of hostFields(operation)) {
    if (list && field.name === 'limit') continue;
    const value = at(input, field.name);
    if (value === undefined) continue;
    if (field.kind === 'attributes') {
      const entries = Object.entries(value as object);
      const filled = entries.filter(([, one]) => one !== null);
      parameters[parameterOf(field)] = {
        mappingMode: 'defineBelow',
        value: Object.fromEntries(filled),
        matchingColumns: [],
        schema: filled.map(([id, one]) => ({
          ...{ id, displayName: id, required: false, defaultMatch: false, display: true },
          type: Array.isArray(one) ? 'array' : typeof one,
        })),
      };
      const cleared = entries.filter(([, one]) => one === null).map(([name]) => name);
      if (cleared.length > 0) additional[CLEAR] = cleared;
      continue;
    }
    (isMain(field) ? parameters : additional)[parameterOf(field)] = shown(field, value);
  }
  if (list) {
    parameters.returnAll = input.limit === undefined;
    if (input.limit !== undefined) parameters.limit = input.limit;
  }
  return { ...parameters, [ADDITIONAL]: additional } as INodeParameters;
}

function shown(field: HostField, value: unknown): unknown {
  // n8n does not run with a required list left empty: only an expression says that it shall be empty.
  if (field.required && Array.isArray(value) && value.length === 0) return '={{ [] }}';
  if (field.kind === 'json') return JSON.stringify(value);
  if (field.kind === 'rows') return { [ROWS]: value };
  return field.options && field.kind === 'string' ? { __rl: true, mode: 'id', value } : value;
}

const at = (input: Record<string, unknown>, name: string): unknown =>
  name.split('.').reduce<unknown>((from, key) => (from as Record<string, unknown> | undefined)?.[key], input);
