import { type EditorNode, type QuickAddEntry as Entry, editor, types } from './red.ts';

const LAST = 10_000;
const SEARCH = '#red-ui-type-search';
const entryOf = (element: HTMLElement): Entry =>
  $(element).find('.red-ui-editableList-item-content').data('data');

/**
 * Lets people find a node by what it does: Node-RED's quick-add (Ctrl and click) and its palette search names of types only.
 * The list has no interface of its own for this; where a version of Node-RED builds it otherwise, nothing is added.
 */
export function offerOperations(): void {
  document.addEventListener(
    'input',
    ({ target }) => {
      if ((target as HTMLElement).id === 'red-ui-type-search-input') addEntries();
      if ($(target as HTMLElement).closest('#red-ui-palette-search').length > 0) labelPalette();
    },
    true,
  );
  editor.events.on('nodes:add', (node: EditorNode, options) => {
    if (options?.source !== 'typeSearch' || !types.some(({ type }) => type === node.type)) return;
    const chosen = $(`${SEARCH} li.selected`)[0];
    const entry = chosen && entryOf(chosen);
    if (entry?.operation && entry.type === node.type) node.operation = entry.operation;
  });
}

function addEntries(): void {
  const items = $(`${SEARCH} li`).toArray();
  const entries = items.map(entryOf);
  if (entries.some((entry) => entry?.operation)) return;
  const list = $(`${SEARCH} ol`);
  for (const { type, label, operations } of types) {
    // Nodes not offered here do not fit, for example at the end of a wire.
    const def = entries.find((entry) => entry?.type === type)?.def;
    if (!def) continue;
    for (const { key, title } of operations) {
      const entry: Entry = { type, def, label: `${title} (${label})`, i: LAST, operation: key };
      list.editableList('addItem', entry);
    }
  }
}

/** The palette compares what is typed with this attribute. */
function labelPalette(): void {
  for (const { type, label, operations } of types) {
    const titles = operations.map(({ title }) => title).join(', ');
    $(`.red-ui-palette-node[data-palette-type="${type}"]`).attr('data-palette-label', `${label}: ${titles}`);
  }
}
