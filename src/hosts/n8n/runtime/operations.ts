import { actionOf, triggerOf } from '../../../connector.ts';
import { describeAction, describeTrigger } from '../../../manifest/manifest.ts';
import { type HostField, hostFields } from '../../fields.ts';

const forms = new Map<string, HostField[]>();

function formOf(key: string, make: () => HostField[]): HostField[] {
  const known = forms.get(key) ?? make();
  forms.set(key, known);
  return known;
}

/** The fields of an action, from which the node's form was generated. */
export const actionFields = (key: string): HostField[] =>
  formOf(`action ${key}`, () => hostFields(describeAction(actionOf(key))));

/** The fields of a trigger. */
export const triggerFields = (key: string): HostField[] =>
  formOf(`trigger ${key}`, () => hostFields(describeTrigger(triggerOf(key))));
