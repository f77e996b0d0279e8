import { catalog, type EditorNode, editor, type QuickAddEntry } from './red.ts';

const GAP = 60;
const FIRST = { x: 200, y: 120 };

/**
 * Opens Node-RED's quick-add from the list of actions, which the keyboard reaches: Node-RED itself opens it for the mouse
 * alone. The node stands after the one that is selected, and is wired to it.
 */
export function offerAddByKeyboard(): void {
  editor.actions.add('okta-connector:add-node', quickAdd, {
    label: `${catalog}:label.addNode`,
  });
}

function quickAdd(): void {
  const [before] = editor.view.selection().nodes ?? [];
  const { x, y } = before ? { x: before.x + (before.w ?? 0) / 2 + GAP, y: before.y } : FIRST;
  const canWire = before !== undefined && (before.outputs ?? 0) > 0;
  editor.typeSearch.show({
    // Node-RED moves the list into the window.
    ...{ x, y },
    ...(canWire ? { filter: { input: true } } : {}),
    cancel: () => editor.view.focus(),
    add(entry) {
      const added = place(entry, x, y);
      if (canWire && (added.inputs ?? 0) > 0) {
        const link = { source: before, sourcePort: 0, target: added };
        editor.nodes.addLink(link);
        editor.history.push({ t: 'add', links: [link], dirty: true });
      }
      editor.view.select({ nodes: [added] });
      editor.view.redraw(true);
      editor.view.focus();
    },
  });
}

function place({ type, operation }: QuickAddEntry, x: number, y: number): EditorNode {
  const { defaults, outputs = 0 } = editor.nodes.getType(type);
  const own = Object.entries(defaults).map(([name, { value }]) => [name, structuredClone(value)]);
  const node = {
    ...Object.fromEntries(own),
    ...{ id: editor.nodes.id(), type, z: '', x: x + GAP, y, wires: Array(outputs).fill([]) },
    ...(operation ? { operation } : {}),
  };
  editor.view.importNodes([node], { generateIds: false, touchImport: true, notify: false });
  const added = editor.nodes.node(node.id) as EditorNode;
  // An import is placed around the pointer.
  return Object.assign(added, { x: x + GAP, y, dirty: true });
}
