import dashboard from './dashboard.json' with { type: 'json' };

/** An expression of the dashboard as it is asked of Prometheus directly. */
export const plainExpression = (expression: string): string =>
  expression.replaceAll('$job', 'okta-fleet').replaceAll('$__rate_interval', '1m');

interface Target {
  expr: string;
  legendFormat?: string;
}

/** The dashboard as a page of Prometheus itself (a console template), for a machine without Grafana: what is, not what was. */
export function dashboardPage(): string {
  const rows = dashboard.panels.map(({ title, targets }) => {
    const values = (targets as Target[]).map(({ expr, legendFormat = '' }) => {
      const legend = legendFormat.replaceAll(/\{\{(\w+)\}\}/g, '{{ .Labels.$1 }}');
      return `{{ range query \`${plainExpression(expr)}\` }}<div>${legend} <b>{{ .Value | humanize }}</b></div>{{ end }}`;
    });
    return `<tr><th>${title}</th><td>${values.join('')}</td></tr>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>${dashboard.title}</title>
<style>
  :root { color-scheme: light dark; font-family: system-ui, sans-serif; }
  th { padding: 0.3em 1.5em 0.3em 0; text-align: left; vertical-align: top; }
</style>
<h1>${dashboard.title}</h1>
<table>
${rows.join('\n')}
</table>
</html>
`;
}
