import { ask, type Draft } from './api.ts';
import { editor } from './red.ts';

interface Option {
  value: string;
  label: string;
}

interface OptionsPage {
  items: Option[];
  cursor?: string;
}

export interface PickerOptions {
  /** Key of the drop-down. */
  key: string;
  connection: Draft | undefined;
  /** Values of the form's other references, on which the list may depend. */
  within: Record<string, string>;
  target: JQuery;
  /** Allows several choices; the panel stays open. */
  multiple: boolean;
  isChosen(value: string): boolean;
  choose(option: Option): void;
  /** Texts of the panel. */
  text(key: string): string;
}

const TYPING_PAUSE_MS = 300;

/** The events that press a button: a click, Enter or the space bar. */
export const isPress = ({ type, key = '' }: JQuery.TriggeredEvent): boolean =>
  type === 'click' || ['Enter', ' '].includes(key);

/** A panel that searches the org and loads the results page by page. */
export function openPicker({
  key,
  connection,
  within,
  target,
  multiple,
  isChosen,
  choose,
  text,
}: PickerOptions): void {
  const content = $('<div class="okta-picker">').css({ width: 340, padding: 8 });
  const search = $('<input type="text">')
    .attr({ placeholder: text('picker.search'), 'aria-label': text('picker.search') })
    .css({ width: '100%', boxSizing: 'border-box' })
    .appendTo(content);
  const list = $('<ul class="okta-picker-list" role="listbox">')
    .css({ listStyle: 'none', margin: '8px 0', height: 240, overflowY: 'auto' })
    .appendTo(content);
  const note = $('<div class="okta-picker-note">').appendTo(content);
  const more = $('<button type="button" class="red-ui-button red-ui-button-small okta-picker-more">')
    .text(text('picker.more'))
    .hide()
    .appendTo(content);
  const panel = editor.popover.panel(content);
  const close = () => {
    panel.hide();
    // Return the focus to the opener, so that keyboard users continue from there.
    target.find('.okta-picked').trigger('focus');
  };
  // Node-RED's shortcuts inspect the element that received the key, which is removed together with the panel.
  content[0]?.addEventListener('keydown', (event) => {
    event.stopPropagation();
    if (event.key === 'Escape') close();
  });
  let cursor: string | undefined;
  let asked = 0;
  let timer: number | undefined;

  const add = (option: Option) => {
    const row = $('<li role="option" tabindex="0">').css({ padding: '4px 6px', cursor: 'pointer' });
    const mark = $('<i class="fa fa-check">').css({ width: 16, visibility: 'hidden' }).appendTo(row);
    const show = () => {
      const chosen = isChosen(option.value);
      mark.css('visibility', chosen ? 'visible' : 'hidden');
      row.attr('aria-selected', String(chosen));
    };
    show();
    $('<span>').text(` ${option.label}`).appendTo(row);
    row.on('click keydown', (event) => {
      if (!isPress(event)) return;
      event.preventDefault();
      choose(option);
      if (multiple) show();
      else close();
    });
    list.append(row);
  };

  const load = async (fresh: boolean) => {
    const turn = ++asked;
    note.text(text('picker.loading'));
    more.hide();
    try {
      const query = { connection, within, search: String(search.val()).trim() || undefined };
      const page = await ask<OptionsPage>(`options/${key}`, { ...query, cursor: fresh ? undefined : cursor });
      if (turn !== asked) return;
      if (fresh) list.empty();
      const before = list.children().length;
      page.items.forEach(add);
      // The pressed button has been removed by now, and the focus with it.
      if (!fresh) list.children().eq(before).trigger('focus');
      cursor = page.cursor;
      more.toggle(cursor !== undefined);
      note.text(list.children().length === 0 ? text('picker.nothing') : '');
    } catch (error) {
      if (turn === asked) note.text((error as Error).message);
    }
  };

  search.on('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void load(true), TYPING_PAUSE_MS);
  });
  more.on('click', () => void load(false));
  void load(true);
  // Its position depends on its current height.
  panel.show({ target, align: 'right' });
  search.trigger('focus');
}
