import type { HostField } from '../../fields.ts';
import type { StoredValues } from '../values.ts';
import { type FieldRow, fieldRow, type RowOptions } from './field-row.ts';
import { wholeField } from './whole-field.ts';

/** A list of small forms, or the whole list from another source. */
export function rowsField(options: RowOptions): FieldRow {
  const { field, stored, text } = options;
  const { members = [] } = field;
  const whole = wholeField(field, stored, options);
  const element = $('<div class="okta-rows">').append(whole.element);
  const forms = new Map<HTMLElement, FieldRow[]>();
  const list = $('<div>').appendTo(element);

  const add = (values?: StoredValues) => {
    const form = $('<div class="okta-row">').appendTo(list);
    const rows = members.map((member: HostField) =>
      fieldRow({ ...options, field: member, stored: values?.[member.name], wanted: values === undefined }),
    );
    const remove = $('<button type="button" class="red-ui-button red-ui-button-small okta-remove">')
      .attr({ title: text('label.removeRow'), 'aria-label': text('label.removeRow') })
      .append('<i class="fa fa-remove">')
      .on('click', () => {
        forms.delete(form[0] as HTMLElement);
        form.remove();
      });
    form.append(remove, ...rows.map((row) => row.element));
    forms.set(form[0] as HTMLElement, rows);
  };
  for (const values of stored?.rows ?? []) add(values);
  const adder = $('<button type="button" class="red-ui-button red-ui-button-small okta-indent okta-add-row">')
    .text(text('label.addRow'))
    .on('click', () => add());
  $('<div class="form-row">').append(adder).appendTo(element);
  whole.watch((isBelow) => list.add(adder).toggle(isBelow));

  return {
    element,
    read() {
      const elsewhere = whole.read();
      if (elsewhere) return elsewhere;
      const rows = [...forms.values()].map((form) =>
        Object.fromEntries(
          form.flatMap((row, at) => {
            const value = row.read();
            return value ? [[(members[at] as HostField).name, value]] : [];
          }),
        ),
      );
      return rows.length > 0 ? { type: 'rows', value: '', rows } : undefined;
    },
  };
}
