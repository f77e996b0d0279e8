import type { NodeType } from '../node-types.ts';
import { operationFor, operationsFor } from './operation-search.ts';
import { type QuickAddEntry as Entry, editor, types } from './red.ts';

const LAST = 10_000;
const SEARCH = '#red-ui-type-search';
const PALETTE_SEARCH = '#red-ui-palette-search input';
const entryOf = (element: HTMLElement): Entry =>
  $(element).find('.red-ui-editableList-item-content').data('data');

/**
 * Lets people find a node by what it does, and adds it with that operation: Node-RED's quick-add (Ctrl and click) and its palette
 * search names of types only. Neither has an interface for this; where a version of Node-RED builds them otherwise, nothing is added.
 */
export function offerOperations(): void {
  document.addEventListener(
    'input',
    ({ target }) => {
      if ((target as HTMLElement).id === 'red-ui-type-search-input') addEntries();
      if ((target as HTMLElement).matches(PALETTE_SEARCH)) for (const type of types) labelPalette(type);
    },
    true,
  );
  // Node-RED remembers what was typed into the palette, and filters by it when the page opens.
  editor.events.on('registry:node-type-added', (name) => {
    const added = types.find(({ type }) => type === name);
    if (added) labelPalette(added);
  });
  editor.events.on('nodes:add', (node, options) => {
    const type = types.find((one) => one.type === node.type);
    const chosen = type && chosenIn(type, options?.source);
    if (chosen) node.operation = chosen;
  });
}

/** The operation by which a node was found, if it was. */
function chosenIn(type: NodeType, source: string | undefined): string | undefined {
  if (source === 'palette') return operationFor(typedInPalette(), type)?.key;
  const selected = source === 'typeSearch' ? $(`${SEARCH} li.selected`)[0] : undefined;
  const entry = selected && entryOf(selected);
  return entry?.type === type.type ? entry.operation : undefined;
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

const typedInPalette = () => String($(PALETTE_SEARCH).val() ?? '');

/** The palette shows the nodes that have what is typed in this attribute, as it is typed: so a node that it describes repeats it. */
function labelPalette(type: NodeType): void {
  const titles = type.operations.map(({ title }) => title);
  const typed = operationsFor(typedInPalette(), type).length > 0 ? [typedInPalette()] : [];
  $(`.red-ui-palette-node[data-palette-type="${type.type}"]`).attr(
    'data-palette-label',
    `${type.label}: ${[...titles, ...typed].join(', ')}`,
  );
}
