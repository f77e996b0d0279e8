let helps = 0;

/** A "?" that shows and hides what a field means; mouse, keyboard and screen readers reach it. */
export function helpButton(title: string, meaning: string, word: string): JQuery {
  helps += 1;
  const id = `okta-help-${helps}`;
  const panel = $('<div class="okta-help-text okta-indent" role="note">').attr('id', id).text(meaning).hide();
  const button = $('<button type="button" class="okta-help">?</button>')
    .attr({ 'aria-label': `${word}: ${title}`, 'aria-expanded': 'false', 'aria-controls': id })
    .on('click', () => {
      panel.toggle();
      button.attr('aria-expanded', String(panel.is(':visible')));
    });
  return meaning === '' ? $() : button.add(panel);
}
