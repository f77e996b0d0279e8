/** What hints of the core say about its command line, and what takes its place in n8n. */
const IN_N8N: readonly [RegExp, string][] = [
  [/: run "okta-connector login" again\./, ': connect the credential in n8n again.'],
  [/Run "okta-connector login"[^.]*\./, 'Open the credential in n8n and connect it again.'],
  [/: run "okta-connector check"\./, ': test the credential in n8n.'],
  [/, then run "okta-connector check"\./, ' in n8n, and test it.'],
  [/"okta-connector describe [^"]*" shows the fields\./, 'Check the fields of the node.'],
  [/"okta-connector fields" lists the attributes/, 'The form of the node lists the attributes'],
  [/See "okta-connector [^"]*"\./, 'Choose one from the list of the node.'],
  [/Use webhook in code, or "okta-connector listen"\./, 'Use the instant trigger.'],
  [/Give another --state to start anew/, 'Make the node anew to start anew'],
];

/** A hint of the core as it reads in n8n. */
export const inN8n = (hint: string): string =>
  IN_N8N.reduce((text, [pattern, instead]) => text.replace(pattern, instead), hint);
