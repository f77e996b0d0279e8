import { createHash } from 'node:crypto';
import type { Answer } from '../http.ts';

const style = [
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:10vh auto;padding:0 1rem}',
  'label{display:block;margin-top:1rem}input{width:100%;box-sizing:border-box}',
  'button{margin-top:1.5rem}input,button{font:inherit;padding:.5rem}[role=alert]{border:2px solid #b00;padding:.5rem}',
].join('');

const submit = 'document.forms[0].submit()';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Nothing is loaded, and no page may frame it. There is no `form-action`: browsers apply it to the redirects after a form as
 * well, and a sign-in ends at the application, wherever that is.
 */
const policy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(submit)}`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A text for use in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}

/** A page for people. @param body HTML: whatever comes from a request must be escaped in it. */
export function htmlPage(status: number, title: string, body: string): Answer {
  const text = [
    `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>`,
    `<meta name="viewport" content="width=device-width"><style>${style}</style></head>`,
    `<body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`,
  ].join('');
  const headers = {
    'Content-Type': 'text/html;charset=utf-8',
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-cache, no-store',
  };
  return { status, body: text, headers };
}

/** A page that posts fields to another place at once; without scripts, when its button is pressed. */
export function postingPage(action: string, fields: Readonly<Record<string, string>>): Answer {
  const inputs = Object.entries(fields).map(([name, value]) => hiddenField(name, value));
  return htmlPage(
    200,
    'Signing in',
    `<form method="post" action="${escapeHtml(action)}">${inputs.join('')}` +
      `<noscript><button>Continue</button></noscript></form><script>${submit}</script>`,
  );
}

export function hiddenField(name: string, value: string): string {
  return `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`;
}
