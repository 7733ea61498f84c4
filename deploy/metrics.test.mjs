// Dashboards, alarms and docs speak of metrics by name. A name that no server knows shows nothing, and never rings.

import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProcess } from '../server/src/platform/child-process.testing.ts';
import { startTestPostgres } from '../server/src/platform/database/postgres.testing.ts';
import { startTestRedis } from '../server/src/platform/redis/redis.testing.ts';
import { readText, readYaml } from './files.testing.mjs';

/** What Prometheus itself says of whatever it asks. */
const PROMETHEUS_OWN = ['up'];

/** Words that Grafana puts in before it asks. */
const asAsked = (expression) => expression.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');

/** The metrics that an expression reads. Throws where it is no PromQL. */
function metricsIn(expression) {
  const names = [];
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`);
      if (node.name !== 'VectorSelector') return;
      const name = node.node.getChild('Identifier');
      if (name) names.push(expression.slice(name.from, name.to));
    },
  });
  return names;
}

const stops = [];
/** Every series that a server's /metrics can have, by name. */
let series = new Set();
/** Every metric of the server by name, as it declares it. */
let declared = [];

beforeAll(async () => {
  const postgres = await startTestPostgres();
  stops.push(() => postgres.remove());
  const redis = await startTestRedis();
  stops.push(() => redis.remove());
  const server = startProcess(new URL('../server/src/main.ts', import.meta.url), [], {
    PORT: '0',
    BIND_ADDRESS: '127.0.0.1',
    DATABASE_URL: await postgres.createDatabase(),
    REDIS_URL: redis.url,
    AUTH_SECRET: 'only for the test of the names of metrics',
    LOG_LEVEL: 'silent',
  });
  stops.push(() => server.killNow());
  const [, url] = /Open\s+(http:\/\/\S+)/.exec(await server.lineThat(/Open\s+http/)) ?? [];
  const text = await (await fetch(`${url}/metrics`)).text();
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name, type }));
  declared = types.map(({ name }) => name);
  series = new Set(
    types.flatMap(({ name, type }) =>
      type === 'histogram' || type === 'summary' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}, 60_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const unknown = (names) => names.filter((name) => !series.has(name) && !PROMETHEUS_OWN.includes(name));

describe('every metric that is spoken of exists', () => {
  test('in the alarms', () => {
    const { groups } = readYaml('deploy/prometheus/alerts.yml');
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(0);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, expr, labels, annotations } of rules) {
      expect(unknown(metricsIn(expr)), alert).toEqual([]);
      expect(['critical', 'warning'], alert).toContain(labels.severity);
      expect(annotations, alert).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
      expect(readText('docs/operations.md'), `${alert} in the docs`).toContain(alert);
    }
  });

  test('on the dashboard', () => {
    const { panels, templating } = JSON.parse(readText('deploy/grafana/dashboard.json'));
    const targets = panels.flatMap((panel) => panel.targets ?? []);
    expect(targets.length).toBeGreaterThan(0);
    for (const { expr } of targets) expect(unknown(metricsIn(asAsked(expr))), expr).toEqual([]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const variable = templating.list.find(({ name }) => name === 'instance');
    expect(unknown([/^label_values\((\w+), instance\)$/.exec(variable.query)?.[1]])).toEqual([]);
  });

  test('in the docs, and the docs name all that are ours', () => {
    const docs = readText('docs/operations.md');
    const named = [...docs.matchAll(/`((?:cowatch|nodejs|process)_[a-z0-9_]+)(?:\{[^`]*\})?[^`]*`/g)].map(([, name]) => name);
    const known = (name) => series.has(name) || declared.includes(name);
    expect(named.filter((name) => !known(name) && !name.endsWith('_'))).toEqual([]);
    expect(declared.filter((name) => name.startsWith('cowatch_') && !named.includes(name))).toEqual([]);
  });

  test('and a name that does not would be found', () => {
    expect(unknown(metricsIn('sum(rate(cowatch_sockets_bucket[1m])) + up'))).toEqual(['cowatch_sockets_bucket']);
    expect(() => metricsIn('sum(rate(cowatch_sockets[1m])')).toThrow('not PromQL');
  });
});
