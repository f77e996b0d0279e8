import { ask } from './api.ts';
import type { RowOptions } from './field-row.ts';
import { cellOf } from './mapping-values.ts';

interface Row {
  login?: string;
  id: string;
  profile?: string;
  active: boolean;
  fields: Record<string, unknown>;
  assignments: { type: string; value: unknown }[];
}

interface Preview {
  rows: Row[];
  leftOut: { id: string; login?: string }[];
  errors: { id: string; login?: string; message: string }[];
  misses: { field: string; lookup: string; name: string; nearest?: string }[];
  empty: string[];
}

/** Shows what the mapping makes of the first people. */
export function previewButton(
  { field, connection, text }: Pick<RowOptions, 'field' | 'connection' | 'text'>,
  read: () => unknown,
): JQuery {
  const result = $('<div class="okta-preview" role="status">');
  const button = $('<button type="button" class="red-ui-button okta-preview-button">').text(
    text('mapping.preview'),
  );
  button.on('click', async () => {
    result.text(text('picker.loading'));
    button.prop('disabled', true);
    try {
      const body = { connection: connection(), action: field.mapping?.previewBy, mapping: read() };
      result.empty().append(...shown(await ask<Preview>('preview', body), text));
    } catch (error) {
      result.empty().append($('<p class="okta-problem">').text((error as Error).message));
    }
    button.prop('disabled', false);
  });
  return $('<div class="form-row okta-indent">').append(button, result);
}

function shown({ rows, leftOut, errors, misses, empty }: Preview, text: RowOptions['text']): JQuery[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.fields)))].filter(
    (one) => !empty.includes(one),
  );
  const cells = (tag: string, values: string[]) => $('<tr>').append(values.map((one) => $(tag).text(one)));
  const table = $('<table class="okta-preview-table">').append(
    cells('<th>', [text('mapping.person'), ...names, text('mapping.given')]),
    ...rows.map((row) =>
      cells('<td>', [
        [row.login ?? row.id, row.profile, row.active ? undefined : text('mapping.inactive')]
          .filter(Boolean)
          .join(', '),
        ...names.map((name) => (row.fields[name] === undefined ? '' : cellOf(row.fields[name]))),
        row.assignments.map(({ type, value }) => `${type}: ${cellOf(value)}`).join(', '),
      ]),
    ),
  );
  const who = ({ id, login }: { id: string; login?: string }) => login ?? id;
  const said = [
    ...errors.map((one) => `${who(one)}: ${one.message}`),
    ...misses.map((one) =>
      text(one.nearest ? 'mapping.missNearest' : 'mapping.miss', { nearest: '', ...one }),
    ),
    ...(leftOut.length > 0 ? [text('mapping.leftOut', { who: leftOut.map(who).join(', ') })] : []),
    ...(empty.length > 0 ? [text('mapping.empty', { fields: empty.join(', ') })] : []),
    ...(rows.length + errors.length + leftOut.length === 0 ? [text('picker.nothing')] : []),
  ];
  return [table, ...said.map((one) => $('<p class="okta-note">').text(one))];
}
