import type { HostField } from '../../fields.ts';
import type { StoredValue } from '../values.ts';
import { elsewhere, labelledRow } from './field-row.ts';
import { helpButton } from './help-button.ts';
import type { TypedInputType } from './red.ts';

const BELOW = 'below';

/** The row of a field whose value is composed of the rows below it or taken as a whole from another source. */
export interface WholeField {
  element: JQuery;
  /** Undefined while the value is composed of the rows below. */
  read(): StoredValue | undefined;
  /** What is typed in the place of the rows, whether or not it counts. */
  typed(): string;
  type(): string;
  write(value: string): void;
  /** Calls back immediately and on every change between the two. */
  watch(change: (isBelow: boolean) => void): void;
}

export function wholeField(
  field: HostField,
  stored: StoredValue | undefined,
  { takesMessages, text }: { takesMessages: boolean | undefined; text(key: string): string },
): WholeField {
  const element = labelledRow(field);
  $('<label>').text(field.title).attr('title', field.description).appendTo(element);
  const input = $('<input type="text" style="width:65%">').appendTo(element);
  const below: TypedInputType = { value: BELOW, label: text('value.below'), hasValue: false };
  const isWhole = stored !== undefined && stored.type !== 'rows';
  const type = isWhole ? stored.type : BELOW;
  input.val(isWhole ? stored.value : '');
  input.typedInput({ types: [below, 'json', ...elsewhere(takesMessages)], default: type });
  input.typedInput('type', type);
  element.append(helpButton(field.title, field.description, text('label.help')));
  const isBelow = () => input.typedInput('type') === BELOW;
  return {
    element,
    read: () =>
      isBelow() ? undefined : { type: input.typedInput('type'), value: input.typedInput('value') },
    typed: () => String(input.val()),
    type: () => input.typedInput('type'),
    write: (value) => void input.typedInput('value', value),
    watch(change) {
      change(isBelow());
      input.on('change', () => change(isBelow()));
    },
  };
}
