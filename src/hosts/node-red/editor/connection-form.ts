import type { HostField } from '../../fields.ts';
import { type AuthMode, type NodeType, secretKey } from '../node-types.ts';
import { ask, type Draft, KEPT, typedSecrets } from './api.ts';
import { helpButton } from './help-button.ts';
import { type EditorNode, editor, types } from './red.ts';

interface CheckWords {
  ok: boolean;
  lines: string[];
}

const inputId = (mode: AuthMode, field: HostField) => `okta-auth-${mode.type}-${field.name}`;

/** Redirect URI of a sign-in: a route of this Node-RED. */
const callbackUrl = () =>
  `${location.origin}${location.pathname.replace(/\/*$/, '/')}okta-connector/callback`;

/** The form of the connection: address, authentication mode, test. */
export class ConnectionForm {
  readonly #node: EditorNode;
  readonly #type: NodeType;
  /** Number of tests started so far: only the result of the last one is shown. */
  #tests = 0;

  constructor(node: EditorNode, type: NodeType) {
    this.#node = node;
    this.#type = type;
    const select = $('#okta-auth-type');
    const container = $('#okta-auth');
    for (const mode of type.authModes) {
      $('<option>').val(mode.type).text(mode.title).appendTo(select);
      const section = $('<div class="okta-auth-mode">').attr('data-mode', mode.type).appendTo(container);
      for (const field of mode.fields) section.append(this.#row(mode, field));
      if (mode.fields.some((field) => field.name === 'redirectUri')) section.append(this.#signInRow());
    }
    const show = () => {
      container.children().hide().filter(`[data-mode="${select.val()}"]`).show();
      this.#tests += 1;
      $('#okta-check-result').empty();
    };
    select.val(node.auth?.type ?? type.authModes[0]?.type ?? '');
    select.on('change', show);
    show();
    // A reopened connection shows its state; one that is not deployed yet has none.
    if (editor.nodes.node(node.id) && !node.changed && node.orgUrl) void this.#check();
    $('#okta-check').on('click', (event) => {
      event.preventDefault();
      void this.#check();
    });
  }

  /** The current settings, without secrets. */
  read(): EditorNode['auth'] {
    const mode = this.#mode();
    const values = mode.fields
      .filter((field) => !field.secret)
      .map((field) => [field.name, String($(`#${inputId(mode, field)}`).val() ?? '').trim()]);
    return { type: mode.type, ...Object.fromEntries(values.filter(([, value]) => value !== '')) };
  }

  /** Passes the secrets of the selected mode to Node-RED and clears those of the other modes. */
  saveSecrets(): void {
    const chosen = this.#mode();
    for (const mode of this.#type.authModes) {
      for (const field of mode.fields.filter((one) => one.secret)) {
        const hidden = $(`#node-config-input-${secretKey(field.name)}`);
        const typed = String($(`#${inputId(mode, field)}`).val() ?? '');
        if (mode !== chosen) hidden.val('');
        else if (typed !== '') hidden.val(typed);
      }
    }
  }

  #mode(): AuthMode {
    const { authModes } = this.#type;
    return authModes.find((mode) => mode.type === $('#okta-auth-type').val()) ?? (authModes[0] as AuthMode);
  }

  #text = (key: string): string => this.#node._(key);

  #row(mode: AuthMode, field: HostField): JQuery {
    const row = $('<div class="form-row">');
    $('<label>')
      .text(field.title)
      .attr({ title: field.description, for: inputId(mode, field) })
      .appendTo(row);
    // Keys and long lists need a full-width line.
    const lines = field.kind === 'list' || (field.secret && field.kind === 'json');
    const choices = field.choices ?? (field.kind === 'boolean' ? ['true', 'false'] : undefined);
    const input = choices
      ? $('<select>').append(
          $('<option value="">').text(this.#unset(field)),
          choices.map((one) =>
            $('<option>')
              .val(one)
              .text(field.labels?.[one] ?? one),
          ),
        )
      : lines
        ? $('<textarea rows="4" spellcheck="false" autocomplete="off">').toggleClass(
            'okta-secret',
            field.secret === true,
          )
        : $(`<input type="${field.secret ? 'password' : 'text'}" autocomplete="off">`);
    input.attr('id', inputId(mode, field)).appendTo(row);
    if (field.secret) {
      const kept = $(`#node-config-input-${secretKey(field.name)}`).val() === KEPT;
      input.attr('placeholder', kept && this.#node.auth?.type === mode.type ? this.#text('label.kept') : '');
    } else {
      const stored = this.#node.auth?.type === mode.type ? this.#node.auth[field.name] : undefined;
      const fallback = field.name === 'redirectUri' ? callbackUrl() : '';
      // A value outside the choices stays visible, so that it can be corrected.
      if (choices && stored !== undefined && !choices.includes(stored))
        $('<option>').val(stored).text(stored).appendTo(input);
      input.val(stored ?? fallback);
      input.attr('placeholder', placeholderOf(field));
    }
    row.append(helpButton(field.title, field.description, this.#text('label.help')));
    if (field.name === 'scopes') row.append(this.#scopesButton(input));
    return row;
  }

  #unset = ({ default: preset }: HostField): string =>
    preset === undefined ? this.#text('value.unset') : `${this.#text('value.default')}: ${preset}`;

  /** All scopes that any of the nodes needs; users can remove the ones they do without. */
  #scopesButton(input: JQuery): JQuery {
    const all = new Set(types.flatMap((type) => type.operations.flatMap((one) => one.scopes)));
    const scopes = fitting([...all].sort());
    return $('<button type="button" class="red-ui-button red-ui-button-small okta-indent">')
      .text(this.#text('label.allScopes'))
      .on('click', () => input.val(scopes.join('\n')));
  }

  #signInRow(): JQuery {
    const result = $('<span class="okta-note" role="status">');
    const button = $('<button type="button" class="red-ui-button okta-sign-in">')
      .text(this.#text('label.signIn'))
      .on('click', async () => {
        // Opened within the click: later, the browser would block it as a pop-up.
        const page = window.open('', '_blank');
        result.empty();
        this.#tests += 1;
        $('#okta-check-result').empty();
        try {
          const { url, state } = await ask<{ url: string; state: string }>('sign-in', this.#draft());
          void this.#awaitSignIn(state, result);
          if (page) page.location.href = url;
          // Pop-ups are blocked: offer a link instead.
          else
            $('<a target="_blank" class="okta-sign-in-link">')
              .attr('href', url)
              .text(this.#text('label.signInHere'))
              .appendTo(result);
        } catch (error) {
          page?.close();
          result.text((error as Error).message);
        }
      });
    return $('<div class="form-row okta-indent">').append(button, result);
  }

  /** People sign in on another page, which may belong to another origin: the runtime is asked. */
  async #awaitSignIn(state: string, result: JQuery): Promise<void> {
    while (result[0]?.isConnected) {
      await new Promise((resolve) => window.setTimeout(resolve, 1_000));
      const { ended, message } = await ask<{ ended?: boolean; message?: string }>(`sign-in/${state}`).catch(
        () => ({ ended: true, message: '' }),
      );
      if (!ended) continue;
      result.text(message ?? this.#text('message.signedIn'));
      if (message === undefined) await this.#check();
      return;
    }
  }

  #draft(): Draft {
    const mode = this.#mode();
    const typed = mode.fields
      .filter((field) => field.secret)
      .map((field) => [secretKey(field.name), String($(`#${inputId(mode, field)}`).val() ?? '')] as const);
    const orgUrl = String($('#node-config-input-orgUrl').val() ?? '').trim();
    const secrets = {
      ...typedSecrets(this.#node.credentials),
      ...Object.fromEntries(typed.filter(([, value]) => value)),
    };
    return { id: this.#node.id, deployed: false, orgUrl, auth: this.read(), secrets };
  }

  async #check(): Promise<void> {
    const result = $('#okta-check-result')
      .removeAttr('data-ok')
      .css('color', '')
      .text(this.#text('label.checking'));
    const turn = ++this.#tests;
    const say = ({ ok, lines }: CheckWords) => {
      if (turn !== this.#tests) return;
      result.empty();
      for (const line of lines) $('<p style="margin:4px 0">').text(line).appendTo(result);
      const color = ok ? 'success, #270' : 'error, #c00';
      result.css('color', `var(--red-ui-text-color-${color})`).attr('data-ok', String(ok));
    };
    try {
      say(await ask<CheckWords>('check', this.#draft()));
    } catch (error) {
      say({ ok: false, lines: [(error as Error).message] });
    }
  }
}

function placeholderOf({ example, default: preset }: HostField): string {
  if (example !== undefined) return [example].flat().join(', ');
  return preset === undefined ? '' : String(preset);
}

/** Okta takes 1,024 characters; `offline_access` is added to these. */
const MOST_CHARACTERS = 1_000;

/** As many of the scopes as Okta takes: those to read are left out first where the scope to manage, which includes it, is there. */
function fitting(scopes: string[]): string[] {
  const spare = scopes.find(
    (one) => one.endsWith('.read') && scopes.includes(one.replace(/read$/, 'manage')),
  );
  if (spare === undefined || scopes.join(' ').length <= MOST_CHARACTERS) return scopes;
  return fitting(scopes.filter((one) => one !== spare));
}
