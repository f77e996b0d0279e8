import { cellOf, fieldOfLine, lineOf, parsedOrText } from './mapping-values.ts';

type Json = Record<string, unknown>;
type Text = (key: string) => string;

const input = (label: string, value: string, className: string) =>
  $('<input type="text">').attr({ 'aria-label': label, placeholder: label }).addClass(className).val(value);

function removeButton(text: Text, remove: () => void): JQuery {
  return $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr({ title: text('label.removeRow'), 'aria-label': text('label.removeRow') })
    .append('<i class="fa fa-remove">')
    .on('click', remove);
}

const addButton = (label: string, className: string, add: () => void): JQuery =>
  $('<button type="button" class="red-ui-button red-ui-button-small">')
    .addClass(className)
    .text(label)
    .on('click', add);

/** Lines that can be added and taken away. */
class Lines<T> {
  readonly element = $('<div>');
  readonly #lines = new Map<HTMLElement, T>();
  readonly #text: Text;
  readonly #changed: () => void;

  constructor(text: Text, changed: () => void = () => {}) {
    this.#text = text;
    this.#changed = changed;
  }

  add(line: T, ...parts: JQuery[]): void {
    const row = $('<div class="okta-line">').append(...parts);
    const key = row[0] as HTMLElement;
    row.append(
      removeButton(this.#text, () => {
        this.#lines.delete(key);
        row.remove();
        this.#changed();
      }),
    );
    this.#lines.set(key, line);
    this.element.append(row);
  }

  all = (): T[] => [...this.#lines.values()];
}

let lists = 0;

/** Fields by name, each with the attribute that it comes from and the table in which it is looked up. */
export function fieldsTable(given: Json, tables: ReturnType<typeof lookupTables>, text: Text) {
  lists += 1;
  const id = `okta-sources-${lists}`;
  const known = $('<datalist>').attr('id', id);
  const lines = new Lines<{ name: JQuery; source: JQuery; lookup: JQuery }>(text);
  const refill = (lookup: JQuery, chosen = String(lookup.val() ?? '')) => {
    lookup.empty().append($('<option value="">').text(text('mapping.noLookup')));
    const names = new Set([...tables.names(), chosen].filter(Boolean));
    for (const name of names) $('<option>').val(name).text(name).appendTo(lookup);
    lookup.val(chosen);
  };
  const add = (key = '', value: unknown = '') => {
    const line = lineOf(value);
    const name = input(text('mapping.field'), key, 'okta-map-field');
    const source = input(text('mapping.source'), line.source, 'okta-map-source').attr('list', id);
    const lookup = $('<select class="okta-map-lookup">').attr('aria-label', text('mapping.lookup'));
    refill(lookup, line.lookup);
    lines.add({ name, source, lookup }, name, source, lookup);
  };
  for (const [key, value] of Object.entries(given)) add(key, value);
  tables.watch(() => {
    for (const { lookup } of lines.all()) refill(lookup);
  });
  const element = $('<div class="okta-map-fields" role="group">')
    .attr('aria-label', text('mapping.fields'))
    .append($('<h4>').text(text('mapping.fields')), known, lines.element)
    .append(addButton(text('mapping.addField'), 'okta-add-field', () => add()));
  return {
    element,
    offer(attributes: readonly { name: string; title: string }[]) {
      known.empty();
      for (const { name, title } of attributes)
        $('<option>').val(`profile.${name}`).text(title).appendTo(known);
    },
    read: (): Json =>
      Object.fromEntries(
        lines.all().flatMap(({ name, source, lookup }) => {
          const key = String(name.val()).trim();
          const value = fieldOfLine({ source: String(source.val()), lookup: String(lookup.val() ?? '') });
          return key === '' ? [] : [[key, value]];
        }),
      ),
  };
}

/** Tables by name, each with names and what becomes of them. A table in a file is kept as it is. */
export function lookupTables(given: Json, text: Text) {
  const watchers: (() => void)[] = [];
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  interface Table {
    name: JQuery;
    read(): unknown;
  }
  const tables = new Lines<Table>(text, changed);
  const add = (key = '', value: unknown = {}) => {
    const name = input(text('mapping.table'), key, 'okta-map-table').on('change', changed);
    if (typeof value !== 'object' || value === null) {
      const file = input(text('mapping.table'), String(value), 'okta-map-file').prop('readonly', true);
      tables.add({ name, read: () => value }, name, file);
      return;
    }
    const lines = new Lines<{ from: JQuery; to: JQuery }>(text);
    const addLine = (from = '', to: unknown = '') => {
      const line = {
        from: input(text('mapping.from'), from, 'okta-map-from'),
        to: input(text('mapping.to'), cellOf(to), 'okta-map-to'),
      };
      lines.add(line, line.from, line.to);
    };
    for (const [from, to] of Object.entries(value)) addLine(from, to);
    const read = () =>
      Object.fromEntries(
        lines.all().flatMap(({ from, to }) => {
          const one = String(from.val()).trim();
          return one === '' ? [] : [[one, parsedOrText(String(to.val()))]];
        }),
      );
    const rows = $('<div class="okta-map-rows">').append(lines.element);
    rows.append(addButton(text('label.addRow'), 'okta-add-name', () => addLine()));
    tables.add({ name, read }, name, rows);
  };
  for (const [key, value] of Object.entries(given)) add(key, value);
  const names = () => tables.all().map(({ name }) => String(name.val()).trim());
  return {
    element: $('<div class="okta-map-lookups" role="group">')
      .attr('aria-label', text('mapping.lookups'))
      .append($('<h4>').text(text('mapping.lookups')), tables.element)
      .append(addButton(text('mapping.addTable'), 'okta-add-table', () => add())),
    names: () => names().filter(Boolean),
    watch: (watcher: () => void) => void watchers.push(watcher),
    read: (): Json =>
      Object.fromEntries(
        tables.all().flatMap(({ read }, at) => (names()[at] ? [[names()[at], read()]] : [])),
      ),
  };
}
