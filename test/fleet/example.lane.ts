import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import dashboard from '../../examples/fleet/dashboard.json' with { type: 'json' };
import { plainExpression } from '../../examples/fleet/page.ts';
import { blocksOf, until } from '../e2e/command.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'examples/fleet');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

interface Service {
  image: string;
  command?: string[];
  volumes?: string[];
  depends_on?: Record<string, unknown>;
  network_mode?: string;
}

const compose = parse(read('compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: object;
};
const rules = (
  parse(read('alerts.yml')) as { groups: { rules: { alert: string; expr: string }[] }[] }
).groups.flatMap((group) => group.rules);
const panels = dashboard.panels.map(({ title, targets }) => ({
  title,
  expressions: targets.map(({ expr }) => expr),
}));
const runbook = readFileSync(join(root, 'docs/fleet-runbook.md'), 'utf8');

/** Names of metrics in an expression: what is neither called, nor a label, nor a word of PromQL. */
function metricsIn(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replace(/\b(by|on|without|ignoring) *\([^)]*\)/g, ' ');
  return [...bare.matchAll(/\b[a-z_:][\w:]*\b(?! *\()/g)].map(([name]) => name);
}

describe('the compose file of the example', () => {
  const services = Object.entries(compose.services);

  it('starts Redis, two workers, Prometheus and Grafana from pinned images', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(['redis', 'worker-1', 'worker-2', 'prometheus', 'grafana']),
    );
    for (const [name, { image }] of services)
      expect(image, name).toMatch(/^[\w./-]+:v?\d+\.\d+\.\d+(-\w+)*$/);
  });

  it.each(services)('%s names only what there is', (_, service) => {
    for (const [source = '', target = ''] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
      expect(target).toMatch(/^\//);
      if (source.startsWith('.')) expect(existsSync(join(folder, source)), source).toBe(true);
      else expect(compose.volumes).toHaveProperty(source);
    }
    for (const name of Object.keys(service.depends_on ?? {})) expect(compose.services).toHaveProperty(name);
    if (service.network_mode)
      expect(compose.services).toHaveProperty(service.network_mode.replace('service:', ''));
    for (const word of service.command ?? [])
      if (word.startsWith('/app/')) expect(existsSync(word.replace('/app', root)), word).toBe(true);
  });

  it('gives each program the files that it is told to read', () => {
    const targets = services.flatMap(([, { volumes = [] }]) => volumes.map((one) => one.split(':')[1] ?? ''));
    const told = services.flatMap(([, { command = [] }]) =>
      command.flatMap((word) => word.match(/\/etc\/[\w./-]+/) ?? []),
    );
    expect(told).toEqual(['/etc/redis.conf', '/etc/prometheus/prometheus.yml']);
    expect(targets).toEqual(expect.arrayContaining(told));
    const { rule_files } = parse(read('prometheus.yml')) as { rule_files: string[] };
    expect(targets).toEqual(expect.arrayContaining(rule_files.map((file) => `/etc/prometheus/${file}`)));
    const [provider] = parse(read('grafana/dashboards.yml')).providers as [{ options: { path: string } }];
    expect(targets).toContain(`${provider.options.path}/fleet.json`);
  });
});

describe('the example, as docs/fleet.md says without Docker', () => {
  const block =
    blocksOf('fleet.md').find((lines) => lines.some((line) => line.startsWith('npm run fleet'))) ?? [];
  const PROMETHEUS = 'http://127.0.0.1:9390';
  let fleet: ChildProcess;
  let written = '';
  let exported: Set<string>;

  const command = (start: string) => {
    const line = block.find((one) => one.startsWith(start)) ?? '';
    return line.split(' #')[0]?.trim() ?? '';
  };

  /** Ctrl-C. */
  async function interrupt(): Promise<void> {
    const gone = once(fleet, 'exit');
    process.kill(-fleet.pid!, 'SIGINT');
    await gone;
  }

  /** Values that Prometheus answers now. */
  async function query(expression: string): Promise<number[]> {
    const url = `${PROMETHEUS}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const answer = (await (await fetch(url)).json()) as {
      status: string;
      error?: string;
      data: { result: { value: [number, string] }[] };
    };
    if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`);
    return answer.data.result.map(({ value }) => Number(value[1])).filter((value) => !Number.isNaN(value));
  }

  beforeAll(async () => {
    // As a terminal does: the command has a group of its own, and Ctrl-C reaches all of it.
    fleet = spawn('sh', ['-c', command('npm run fleet')], { cwd: root, detached: true });
    for (const stream of [fleet.stdout, fleet.stderr])
      stream?.on('data', (chunk) => {
        written += chunk;
      });
    await until(() => (written.includes('Ctrl-C ends everything') ? true : undefined), 50_000);
    const text = await (await fetch('http://127.0.0.1:9301/metrics')).text();
    exported = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' ? ['_bucket', '_count', '_sum'].map((ending) => name + ending) : [name],
      ),
    );
  });
  afterAll(async () => {
    if (fleet?.exitCode === null && fleet.signalCode === null) await interrupt();
  });

  it('is five commands', () => {
    expect(block).toHaveLength(5);
  });

  it('has two workers that poll, and a connection that is parked', async () => {
    await expect.poll(() => query('sum(up{job="okta-fleet"})')).toEqual([2]);
    await expect.poll(() => query('max(okta_fleet_triggers{state="parked"})')).toEqual([1]);
    const status = spawnSync('sh', ['-c', command('npx node')], { cwd: root, encoding: 'utf8' });
    expect(status.stdout).toMatch(/^3 connections, 4 triggers.*: 3 active, 0 failing, 1 parked/);
    expect(status.stdout).toContain('2 workers');
    expect(status.stdout).toContain('parked initech/leavers');
    await expect.poll(() => query('sum(okta_fleet_items_total) > 0')).toHaveLength(1);
  });

  it.each(panels)('the dashboard has data for $title', async ({ expressions }) => {
    for (const expression of expressions) {
      const unknown = metricsIn(expression).filter((name) => !exported.has(name));
      expect(unknown).toEqual([]);
      await expect.poll(() => query(plainExpression(expression)), { message: expression }).not.toEqual([]);
    }
  });

  it('the dashboard is a page of Prometheus too', async () => {
    const [, address = ''] = command('xdg-open').split(' ');
    const page = await (await fetch(address)).text();
    for (const { title } of panels) expect(page).toContain(`<th>${title}</th>`);
    expect(page).toMatch(/<th>Workers<\/th><td><div> <b>2<\/b>/);
    expect(page).not.toContain('{{');
  });

  it('has alerts about metrics that there are, which Prometheus takes', async () => {
    const known = [...exported, 'up'];
    const names = rules.flatMap(({ expr }) => metricsIn(expr));
    expect(names.length).toBeGreaterThanOrEqual(rules.length);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    const loaded = (await (await fetch(`${PROMETHEUS}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { name: string; health: string }[] }[] };
    };
    expect(loaded.data.groups.flatMap((group) => group.rules).map(({ name }) => name)).toEqual(
      rules.map(({ alert }) => alert),
    );
  });

  it.each([
    ['check', 'config', 'examples/fleet/prometheus.yml'],
    ['check', 'rules', 'examples/fleet/alerts.yml'],
    ['test', 'rules', 'test/fleet/alerts.yml'],
  ])('promtool %s %s is content', (...args) => {
    const { status, stderr, stdout } = spawnSync('promtool', args, { cwd: root, encoding: 'utf8' });
    expect({ status, told: stderr + stdout }).toMatchObject({ status: 0 });
  });

  it('has each alert and each metric of its own in the runbook, and no others', () => {
    const told = (pattern: RegExp) =>
      [...new Set([...runbook.matchAll(pattern)].map(([, name]) => name))].sort();
    expect(told(/^\| `(OktaFleet\w+)`/gm)).toEqual(rules.map(({ alert }) => alert).sort());
    const own = [...exported].filter((name) => name.startsWith('okta_fleet_') && !/_(count|sum)$/.test(name));
    expect(told(/^\| `(okta_fleet_\w+)`/gm)).toEqual(own.map((name) => name.replace(/_bucket$/, '')).sort());
  });

  it('ends with Ctrl-C, and leaves nothing behind', async () => {
    await interrupt();
    for (const port of [9301, 9302, 9390, 9010])
      await expect
        .poll(() =>
          fetch(`http://127.0.0.1:${port}/`).then(
            () => port,
            () => 'nobody',
          ),
        )
        .toBe('nobody');
  });
});
