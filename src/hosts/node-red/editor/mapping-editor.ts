import { isRecord } from '../../../schema/record.ts';
import type { HostField } from '../../fields.ts';
import type { StoredValue } from '../values.ts';
import { ask } from './api.ts';
import { type FieldRow, fieldRow, type RowOptions } from './field-row.ts';
import { previewButton } from './mapping-preview.ts';
import { fieldsTable, lookupTables } from './mapping-tables.ts';
import { isSameJson, jsonOfAll, parsedOrText, storedOfAll } from './mapping-values.ts';
import { rowsField } from './rows-field.ts';
import { wholeField } from './whole-field.ts';

type Json = Record<string, unknown>;

/** Members with a table of their own. */
const TABLES = ['fields', 'lookups'];
const NOT_SHOWN = '$schema';

/** The sources of a mapping's fields, its tables and settings, and what it makes of some people; or the whole from elsewhere. */
export function mappingEditor(options: RowOptions): FieldRow {
  const { field, stored, connection } = options;
  const { members = [], resource = '' } = field.mapping ?? {};
  const given = stored?.type === 'json' ? parsedOrText(stored.value) : undefined;
  const isShown = stored === undefined || isRecord(given);
  const whole = wholeField(field, isShown ? undefined : stored, options);
  const element = $('<div class="okta-mapping">').append(whole.element);
  const box = $('<div class="okta-indent">').appendTo(element);
  let form = mappingForm(isRecord(given) ? given : {}, members, options);
  box.append(form.element);

  const value = (): StoredValue | undefined => {
    const elsewhere = whole.read();
    if (elsewhere) return elsewhere;
    const now = form.read();
    // As it was typed, unless something changed.
    if (isRecord(given) && isSameJson(now, given)) return stored;
    return isSameJson(now, {}) ? undefined : { type: 'json', value: JSON.stringify(now) };
  };
  let isBelow = isShown;
  whole.watch((below) => {
    box.toggle(below);
    // What was typed as JSON is what the form goes on with, and the other way round.
    if (below && !isBelow) {
      const typed = parsedOrText(whole.typed());
      if (isRecord(typed)) {
        const next = mappingForm(typed, members, options);
        form.element.replaceWith(next.element);
        form = next;
        offer();
      }
    }
    if (!below && isBelow && whole.type() === 'json') whole.write(JSON.stringify(form.read()));
    isBelow = below;
  });

  const offer = () => {
    const draft = connection();
    if (!draft) return;
    void ask<{ attributes?: { name: string; title: string }[] }>('fields', {
      connection: draft,
      resource,
    }).then(
      ({ attributes = [] }) => form.offer(attributes),
      () => {},
    );
  };
  offer();
  element.append(
    previewButton(options, () => (isBelow ? form.read() : parsedOrText(whole.read()?.value ?? '{}'))),
  );
  return { element, read: value };
}

interface MappingForm {
  element: JQuery;
  read(): Json;
  /** Attributes that a source can be. */
  offer(attributes: readonly { name: string; title: string }[]): void;
}

function mappingForm(given: Json, members: readonly HostField[], options: RowOptions): MappingForm {
  const { text } = options;
  const settings = members.filter(({ name }) => !TABLES.includes(name) && name !== NOT_SHOWN);
  const { fields, lookups, ...others } = given;
  const { stored, rest } = storedOfAll(settings, others);
  const element = $('<div>');
  const tables = lookupTables(isRecord(lookups) ? lookups : {}, text);
  const sources = fieldsTable(isRecord(fields) ? fields : {}, tables, text);
  element.append(sources.element, tables.element);

  const rows = new Map<string, { field: HostField; row: FieldRow }>();
  const list = $('<div>').appendTo(element);
  const chooser = $('<select class="okta-add-setting">').attr('aria-label', text('mapping.addSetting'));
  const offer = () => {
    chooser.empty().append($('<option value="">').text(text('mapping.addSetting')));
    for (const { name, title } of settings)
      if (!rows.has(name)) $('<option>').val(name).text(title).appendTo(chooser);
  };
  const add = (field: HostField, value?: StoredValue) => {
    const make = field.kind === 'rows' ? rowsField : fieldRow;
    const row = make({
      ...options,
      field,
      stored: value,
      wanted: value === undefined,
      takesMessages: undefined,
    });
    rows.set(field.name, { field, row });
    list.append(row.element);
  };
  for (const field of settings) if (stored[field.name]) add(field, stored[field.name]);
  chooser.on('change', () => {
    const field = settings.find(({ name }) => name === chooser.val());
    if (field) add(field);
    offer();
  });
  offer();
  element.append($('<div class="form-row">').append(chooser));

  return {
    element,
    offer: sources.offer,
    read() {
      const values = [...rows.values()].flatMap(({ field, row }) => {
        const one = row.read();
        return one ? [[field.name, one] as const] : [];
      });
      const [own, named] = [sources.read(), tables.read()];
      return {
        ...rest,
        ...mergedOver(rest, jsonOfAll(settings, Object.fromEntries(values))),
        ...(fields !== undefined || Object.keys(own).length > 0 ? { fields: own } : {}),
        ...(lookups !== undefined || Object.keys(named).length > 0 ? { lookups: named } : {}),
      };
    },
  };
}

/** Members of an object that the form shows a part of. */
const mergedOver = (rest: Json, values: Json): Json =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const other = rest[name];
      return [name, isRecord(other) && isRecord(value) ? { ...other, ...value } : value];
    }),
  );
