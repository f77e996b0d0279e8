// The page of `okta-connector sso wizard`. What Okta and the server tell is set as text, never as markup.

const $ = (id) => document.getElementById(id);

/** Makes an element. Members of `props` that begin with `on` are listeners, `aria-` and `data-` ones attributes. */
function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((one) => one !== undefined && one !== ''));
  return made;
}

const list = (items, props = {}) => (items.length > 0 ? el('ul', props, ...items) : undefined);

/** Labels of what was chosen, by id: changes name ids. */
const labels = new Map();
let applications = [];

// ---- Talking to the server

const say = (text) => {
  $('status').textContent = text;
};

async function call(name, input = {}) {
  const response = await fetch(`api/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(input),
  }).catch(() => {
    throw new Error('The wizard does not answer: it has ended. Run "okta-connector sso wizard" again.');
  });
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json');
  if (!isJson) throw new Error('This page has expired. Run "okta-connector sso wizard" again.');
  const answer = await response.json();
  if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
  return answer;
}

/** Some texts of Okta end with a full stop of their own. */
const sentence = (text) => `${text}.`.replace(/([.?!])\.$/, '$1');

function showFailure({ message, hint, causes = [] }) {
  $('failure').replaceChildren(
    el('p', {}, sentence(message)),
    ...[list(causes.map((one) => el('li', {}, one)))].filter(Boolean),
    ...(hint ? [el('p', {}, hint)] : []),
  );
  $('failure').scrollIntoView({ block: 'center' });
}

/** Runs what a button starts: once at a time, with a word about it, and its error shown. */
async function working(button, text, work) {
  if (button.disabled) return;
  button.disabled = true;
  $('failure').replaceChildren();
  say(text);
  try {
    await work();
    say('');
  } catch (error) {
    say('');
    showFailure(error);
  } finally {
    button.disabled = false;
  }
}

// ---- Steps

function goTo(step) {
  $('failure').replaceChildren();
  for (const id of ['ask', 'plan', 'result', 'end']) $(id).hidden = id !== step;
  for (const item of $('steps').children) {
    if (item.dataset.step === step) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  }
  const heading = $(step).querySelector('h2');
  document.title = `${heading.textContent} – Set up single sign-on`;
  heading.focus();
  scrollTo(0, 0);
}

// ---- Questions

const form = $('ask');
const fields = form.elements;
const chosenApplication = () => applications.find(({ key }) => key === fields.application.value);

function showApplication() {
  const {
    protocol,
    label,
    redirectUris,
    postLogoutRedirectUris,
    redirectHint,
    audiences,
    notes = [],
  } = chosenApplication();
  for (const part of form.querySelectorAll('[data-for]')) part.hidden = part.dataset.for !== protocol;
  fields.label.value = label;
  fields.redirectUris.value = redirectUris.join('\n');
  fields.postLogoutRedirectUris.value = postLogoutRedirectUris.join('\n');
  $('redirectUris-hint').textContent = `${redirectHint} One a line.`;
  $('audiences').hidden = !audiences;
  fields.audience.value = 'users';
  for (const [at, name] of (audiences ?? []).entries())
    fields.audience[at].nextElementSibling.textContent = name;
  $('notes').replaceChildren(...notes.map((one) => el('li', {}, one)));
  $('notes').hidden = notes.length === 0;
  showErrors({});
}

const pickers = new Map();

function answers() {
  const { protocol } = chosenApplication();
  const given = { application: fields.application.value };
  for (const field of fields) {
    const part = field.closest('[data-for]');
    if (!field.name || field.name === 'application' || (part && part.dataset.for !== protocol)) continue;
    if (field.type === 'radio') {
      if (field.checked) given[field.name] = field.value;
    } else if (field.type === 'checkbox') given[field.name] = field.checked;
    else if ('lines' in field.dataset)
      given[field.name] = field.value.split('\n').flatMap((line) => line.trim() || []);
    else given[field.name] = field.value.trim();
  }
  for (const [name, chosen] of pickers) given[name] = [...chosen.keys()];
  return given;
}

/** Puts each error beside its field. @returns whether the first one got the focus. */
function showErrors(found) {
  let first;
  for (const place of form.querySelectorAll('.error')) {
    const name = place.id.replace('-error', '');
    place.textContent = found[name] ?? '';
    const field = $(name);
    if (found[name]) {
      field.setAttribute('aria-invalid', 'true');
      first ??= field;
      const folded = field.closest('details');
      if (folded) folded.open = true;
    } else field.removeAttribute('aria-invalid');
  }
  first?.focus();
  return first !== undefined;
}

/** A combobox that looks in the org as one types, and the list of what was chosen. */
function picker(field) {
  const { pick: name, what } = field.dataset;
  const input = field.querySelector('input');
  const options = field.querySelector('[role=listbox]');
  const shown = field.querySelector('.chosen');
  const chosen = new Map();
  pickers.set(name, chosen);
  let at = -1;
  let asked = 0;

  const close = () => {
    options.hidden = true;
    options.replaceChildren();
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    at = -1;
  };
  const mark = (next) => {
    at = next;
    for (const [index, option] of [...options.children].entries()) {
      option.setAttribute('aria-selected', String(index === at));
      if (index !== at) continue;
      input.setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest' });
    }
  };
  const drop = (value, label) => {
    chosen.delete(value);
    show();
    say(`${label} removed.`);
    input.focus();
  };
  const show = () =>
    shown.replaceChildren(
      ...[...chosen].map(([value, label]) =>
        el(
          'li',
          {},
          label,
          el(
            'button',
            { type: 'button', 'aria-label': `Remove ${label}`, onclick: () => drop(value, label) },
            '×',
          ),
        ),
      ),
    );
  const choose = ({ value, label }) => {
    chosen.set(value, label);
    labels.set(value, label);
    input.value = '';
    close();
    show();
    say(`${label} chosen.`);
  };
  const look = async () => {
    asked += 1;
    const mine = asked;
    const text = input.value.trim();
    if (text === '') return close();
    try {
      const { items, cursor } = await call('search', { what, text });
      if (mine !== asked) return;
      options.replaceChildren(
        ...items.map(({ value, label }, index) =>
          el(
            'div',
            {
              ...{ id: `${name}-${index}`, role: 'option', 'aria-selected': 'false' },
              onmousedown: (event) => event.preventDefault(),
              onclick: () => choose({ value, label }),
            },
            label,
          ),
        ),
      );
      const { length } = items;
      options.hidden = length === 0;
      input.setAttribute('aria-expanded', String(length > 0));
      at = -1;
      say(length === 0 ? `Nothing found for ${text}.` : `${length}${cursor ? ' or more' : ''} found.`);
    } catch (error) {
      close();
      $(`${name}-error`).textContent = `${sentence(error.message)} ${error.hint ?? ''}`;
    }
  };
  let timer;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, 200);
  });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    const { length } = options.children;
    const isOpen = !options.hidden;
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown' && isOpen) mark((at + 1) % length);
    else if (event.key === 'ArrowUp' && isOpen) mark((at <= 0 ? length : at) - 1);
    else if (event.key === 'Enter') {
      // Enter in a search is no answer to the form.
      if (isOpen && at >= 0) options.children[at].click();
    } else return;
    event.preventDefault();
  });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const button = form.querySelector('[type=submit]');
  working(button, 'Looking in the org what will change …', async () => {
    const plan = await call('plan', answers());
    if (plan.refused) return refuse(plan.refused);
    showErrors({});
    showPlan(plan);
  });
});

// What is corrected no longer needs its error.
form.addEventListener('input', ({ target }) => {
  const place = $(`${target.id}-error`);
  if (!place) return;
  place.textContent = '';
  target.removeAttribute('aria-invalid');
});

function refuse(refused) {
  if (showErrors(refused.fields)) return;
  showFailure(refused);
}

// ---- What will change

const CHANGES = {
  create_app: 'Create the app',
  update_app: 'Change of the app:',
  activate_app: 'Activate the app',
  assign_group: 'Assign the group',
  assign_user: 'Assign',
};

function changeItem({ change, id, name }) {
  const words = CHANGES[change] ?? `${change[0].toUpperCase()}${change.slice(1).replaceAll('_', ' ')}:`;
  const about = name ?? labels.get(id) ?? id ?? '';
  return el('li', {}, `${words} ${about}`.trim());
}

/** So many people are listed: the rest is a number. */
const MANY = 20;

function people(cannotSignIn) {
  if (cannotSignIn.length === 0) return [];
  const rest = cannotSignIn.length - MANY;
  return [
    el('h3', {}, 'Who cannot sign in yet'),
    list(
      cannotSignIn
        .slice(0, MANY)
        .map(({ who, reason, mend, command }) =>
          el(
            'li',
            {},
            `${who}: ${reason} What mends it: ${mend}.`,
            value({ name: `Command for ${who}`, value: command }),
          ),
        ),
    ),
    rest > 0 ? el('p', {}, `And ${rest} more.`) : '',
  ];
}

const warned = (warnings) =>
  warnings.length > 0
    ? [
        el('h3', {}, 'What deserves a look'),
        list(warnings.map((one) => el('li', { className: 'warn' }, one))),
      ]
    : [];

let planId;

function showPlan({ planId: id, appId, changes, warnings, cannotSignIn }) {
  planId = id;
  const isDrift = appId !== undefined;
  const lead =
    changes.length === 0
      ? 'The app is there, and nothing differs from your answers. Go on to see the values again.'
      : isDrift
        ? 'The app is there. This differs from your answers and will be changed:'
        : 'Nothing has been changed yet. This will be:';
  $('plan-body').replaceChildren(
    el('p', {}, lead),
    ...[list(changes.map(changeItem), { id: 'changes' })].filter(Boolean),
    ...warned(warnings),
    ...people(cannotSignIn),
  );
  $('confirm').textContent = changes.length === 0 ? 'Show the values' : 'Set up';
  goTo('plan');
}

$('back').addEventListener('click', () => goTo('ask'));
$('confirm').addEventListener('click', () =>
  working($('confirm'), 'Setting up …', async () => {
    const result = await call('set_up', { planId });
    if (result.refused) return showFailure(result.refused);
    showResult(result);
  }),
);

// ---- What to enter in the application

const MASKED = '••••••••••••';

/** A value with its name and a button that copies it; a secret is masked until it is asked for. */
function value({ name, value: text, isSecret, isBlock }) {
  const shown = el(
    isBlock ? 'pre' : 'code',
    isBlock ? { tabIndex: 0, role: 'region', 'aria-label': name } : {},
  );
  shown.textContent = isSecret ? MASKED : text;
  /** The name of the button begins with what is written on it, for those who speak to their browser. */
  const label = (button, word) => {
    button.textContent = word;
    button.setAttribute('aria-label', `${word} ${name}`);
  };
  const copy = el('button', { type: 'button' });
  label(copy, 'Copy');
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      label(copy, 'Copied');
      setTimeout(() => label(copy, 'Copy'), 3_000);
      say(`${name} copied.`);
    } catch {
      say(`${name} could not be copied: select it and copy it yourself.`);
    }
  });
  const reveal = isSecret ? el('button', { type: 'button' }) : '';
  if (reveal) {
    label(reveal, 'Show');
    reveal.addEventListener('click', () => {
      const isShown = shown.textContent !== MASKED;
      shown.textContent = isShown ? MASKED : text;
      label(reveal, isShown ? 'Show' : 'Hide');
    });
  }
  return el(
    'div',
    { className: 'value' },
    el('span', { className: 'name' }, name),
    el('div', { className: 'row' }, shown, reveal, copy),
  );
}

function showResult({ changed, changes, steps, warnings, cannotSignIn, protocol, signOnUrl }) {
  const hasSecret = steps.some(({ values }) => values.some(({ isSecret }) => isSecret));
  $('result-body').replaceChildren(
    el(
      'p',
      {},
      changed
        ? `Done in Okta: ${changes.length} change${changes.length === 1 ? '' : 's'}.`
        : 'Okta was as it should be.',
    ),
    ...(hasSecret
      ? [
          el(
            'p',
            { className: 'warn' },
            'The client secret is shown now and never again. Copy it before you leave this page.',
          ),
        ]
      : []),
    ...steps.map(({ title, text, values }, at) =>
      el(
        'section',
        { className: 'paste' },
        el('h3', {}, `${at + 1}. ${title}`),
        text ? el('p', {}, text) : undefined,
        ...values.map(value),
      ),
    ),
    ...warned(warnings),
    ...people(cannotSignIn),
  );
  showTest({ protocol, signOnUrl });
  showTrouble();
  goTo('result');
}

// ---- Sign in for a test

const INTRO = {
  oidc: 'Signs somebody in through the new app, with this page in place of the application. While it lasts, the app has one more redirect URI: this page.',
  saml: 'The assertion goes to the application, so only there can be seen what comes of it. This opens its sign-in from the tile in Okta.',
};
const DECISIONS = {
  create: 'make an account',
  update: 'let in, with the account that is linked',
  link: 'let in, and link the account with the same e-mail address',
  conflict: 'let nobody in: accounts are in conflict',
  deny: 'let nobody in',
};

const tabLink = (href, text) =>
  el('a', { className: 'button', href, target: '_blank', rel: 'noopener noreferrer' }, text);

function showTest({ protocol, signOnUrl }) {
  $('test-intro').textContent = INTRO[protocol];
  $('test-begin').hidden = protocol === 'saml';
  $('test-rules').hidden = protocol === 'saml';
  $('test-body').replaceChildren(
    ...(protocol === 'saml' && signOnUrl ? [tabLink(signOnUrl, 'Sign in to the application (new tab)')] : []),
  );
}

$('test-begin').addEventListener('click', () =>
  working($('test-begin'), 'Preparing the sign-in …', async () => {
    const begun = await call('begin_test', { provisioning: $('provisioning').checked });
    if (begun.refused) return showFailure(begun.refused);
    const link = tabLink(begun.url, 'Go to the sign-in of Okta (new tab)');
    const stop = el('button', { type: 'button' }, 'Stop waiting');
    stop.addEventListener('click', () => call('stop_test').catch(showFailure));
    $('test-body').replaceChildren(
      el('p', {}, link),
      el('p', {}, 'Then come back to this page. It waits for ten minutes.'),
      stop,
    );
    link.focus();
    say('Waiting for the sign-in …');
    showTestResult(await testResult());
  }),
);

/** Asks until somebody has signed in; the server answers at once when it happens. */
async function testResult() {
  for (;;) {
    const result = await call('test_result');
    if (!result.pending) return result;
  }
}

function showTestResult({ refused, identity, decision, reason, warnings = [], left }) {
  const body = $('test-body');
  if (refused) {
    body.replaceChildren(
      el('h4', {}, 'The sign-in failed'),
      el('p', {}, sentence(refused.message)),
      list((refused.causes ?? []).map((one) => el('li', {}, one))) ?? '',
      refused.hint ? el('p', {}, refused.hint) : '',
    );
    $('diagnose').elements.seen.value = [refused.message, ...(refused.causes ?? [])].join('\n');
  } else {
    body.replaceChildren(
      el('h4', {}, 'The sign-in works'),
      el('p', {}, `For somebody new, the application would: ${DECISIONS[decision]}. ${reason}`),
      ...warned(warnings),
      el('p', {}, 'Claims found:'),
      el(
        'dl',
        { id: 'claims' },
        ...Object.entries(identity.claims).flatMap(([name, claim]) => [
          el('dt', {}, name),
          el('dd', {}, typeof claim === 'string' ? claim : JSON.stringify(claim)),
        ]),
      ),
    );
  }
  if (left) body.append(...warned([left]));
  body.focus();
}

// ---- It does not work

const MENDERS = {
  okta_admin: 'an Okta administrator',
  app_admin: 'whoever runs the application',
  user: 'the person',
  developer: 'whoever writes the application',
};

function showTrouble() {
  $('diagnose').reset();
  $('trouble-body').replaceChildren();
}

function showDiagnosis({ summary, causes, checked, notChecked, next = [] }) {
  const lines = (title, items) =>
    items.length > 0 ? [el('h4', {}, title), list(items.map((one) => el('li', {}, one)))] : [];
  $('trouble-body').replaceChildren(
    el('p', {}, summary),
    ...causes.map(({ certainty, cause, evidence, fix, who, command }, at) =>
      el(
        'section',
        { className: 'paste' },
        el('h4', {}, `${at + 1}. ${cause}`),
        el('p', {}, `${fix} Who can: ${MENDERS[who] ?? who}. This is ${certainty}.`),
        list(evidence.map((one) => el('li', {}, one))),
        command && value({ name: `Command for cause ${at + 1}`, value: command }),
      ),
    ),
    ...lines('What to do to know more', next),
    ...lines('As it should be', checked),
    notChecked.length > 0
      ? el(
          'details',
          {},
          el('summary', {}, 'Not looked at'),
          list(notChecked.map(({ check, reason }) => el('li', {}, `${check}: ${reason}`))),
        )
      : '',
  );
  $('trouble-body').focus();
}

$('diagnose').addEventListener('submit', (event) => {
  event.preventDefault();
  const { seen, who } = $('diagnose').elements;
  working($('diagnose').querySelector('button'), 'Looking for the cause …', async () => {
    $('trouble-body').replaceChildren();
    const found = await call('diagnose', { seen: seen.value.trim(), user: who.value.trim() });
    if (found.refused) showFailure(found.refused);
    else showDiagnosis(found);
  });
});

$('done').addEventListener('click', () =>
  working($('done'), 'Ending …', async () => {
    await call('done');
    for (const id of ['result-body', 'test-body', 'trouble-body']) $(id).replaceChildren();
    goTo('end');
    $('footer').hidden = true;
  }),
);
$('again').addEventListener('click', () => {
  $('result-body').replaceChildren();
  goTo('ask');
});

// ---- Start

for (const field of form.querySelectorAll('[data-pick]')) picker(field);
fields.application.addEventListener('change', showApplication);
call('start')
  .then((start) => {
    applications = start.applications;
    $('org').textContent = start.orgUrl;
    fields.application.append(...applications.map(({ key, title }) => el('option', { value: key }, title)));
    $('issuers').append(...['org', ...start.issuers].map((one) => el('option', { value: one })));
    showApplication();
    return call('left_over');
  })
  .then(({ leftOver }) => $('failure').append(...leftOver.map((one) => el('p', {}, one))))
  .catch(showFailure);
