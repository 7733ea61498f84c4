// The files that operators start from, held against the program and against each other.

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../server/src/config.ts';
import { startTestRedis } from '../server/src/platform/redis/redis.testing.ts';
import { knownVariables, ROOT, readText, readYaml, shutdownSeconds } from './files.testing.mjs';

const packageJson = JSON.parse(readText('package.json'));
const dockerfile = readText('Dockerfile');
const PINNED = /:\d+\.\d+(\.\d+)?(-[a-z0-9]+)*$/;

/** Bytes of `2g`, `512m`, `2Gi`, `512Mi`. */
function bytesOf(size) {
  const [, number, unit] = /^(\d+)([gm])i?b?$/i.exec(size) ?? [];
  return Number(number) * (unit?.toLowerCase() === 'g' ? 1024 ** 3 : 1024 ** 2);
}

/** What Node may put on its heap, in bytes. */
const heapOf = (options) => Number(/--max-old-space-size=(\d+)/.exec(options)?.[1]) * 1024 ** 2;

/** Variables for Node and not for the server. */
const knowsVariable = (name) => name === 'NODE_OPTIONS' || knownVariables().includes(name);

/** What compose makes of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`. */
function interpolate(value, env) {
  return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name, kind, text) => {
    if (env[name]) return env[name];
    if (kind === '?') throw new Error(`${name} ${text}`);
    return text ?? '';
  });
}

describe('the image', () => {
  const lines = dockerfile.split('\n');
  const bases = lines.flatMap((line) => /^FROM (\S+)/.exec(line)?.[1] ?? []).filter((base) => base.includes(':'));

  test('is made on one pinned Node that is new enough', () => {
    expect(new Set(bases).size).toBe(1);
    const [, version] = /^node:(\d+\.\d+)\.\d+-bookworm-slim$/.exec(bases[0]) ?? [];
    const minimum = /\d+\.\d+/.exec(packageJson.engines.node)?.[0];
    expect(Number(version)).toBeGreaterThanOrEqual(Number(minimum));
  });

  test('installs with the package manager of the project, frozen', () => {
    const installs = lines.filter((line) => line.includes('pnpm@'));
    expect(installs).toHaveLength(2);
    for (const line of installs) {
      expect(line).toContain(`npx -y ${packageJson.packageManager} install --frozen-lockfile`);
    }
    expect(installs[1]).toContain('--prod');
  });

  test('is made of files that are there and that the build is given', () => {
    const given = readText('.dockerignore').split('\n');
    for (const line of lines) {
      const [, from, names] = /^COPY (--from=\S+ )?(.*) \S+$/.exec(line) ?? [];
      if (names === undefined || from !== undefined) continue;
      for (const name of names.split(' ')) {
        expect(existsSync(join(ROOT, name)), name).toBe(true);
        const allowed = given.some((rule) => rule.startsWith('!') && (rule.slice(1) === name || name.startsWith(`${rule.slice(1)}/`)));
        expect(allowed, `${name} in .dockerignore`).toBe(true);
      }
    }
  });

  test('brings every workspace that the lockfile speaks of', () => {
    for (const workspace of readYaml('pnpm-workspace.yaml').packages) {
      expect(dockerfile).toContain(`COPY ${workspace}/package.json ${workspace}/`);
    }
  });

  test('runs as somebody without rights, and says whether it lives', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK [\s\S]*\/healthz/m);
    expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('CMD ["node", "--enable-source-maps"'));
    const set = /^ENV ([\s\S]*?[^\\])$/m.exec(last)?.[1] ?? '';
    const names = [...set.matchAll(/(\w+)=/g)].map(([, name]) => name).filter((name) => name !== 'NODE_ENV');
    expect(names.filter((name) => !knownVariables().includes(name))).toEqual([]);
  });
});

describe('the compose file', () => {
  const compose = readYaml('docker-compose.yml');
  const { services } = compose;
  const instances = ['cowatch-1', 'cowatch-2'].map((name) => services[name]);
  const SECRETS = { AUTH_SECRET: 'a'.repeat(64), POSTGRES_PASSWORD: 'b'.repeat(64), REDIS_PASSWORD: 'c'.repeat(64) };
  const environmentOf = (service, env) =>
    Object.fromEntries(Object.entries(service.environment).map(([name, value]) => [name, interpolate(value, env)]));

  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Errors by the published schema and the rules of the linter; matters of taste are left out. */
  function lint(text) {
    const file = join(folder, 'docker-compose.yml');
    writeFileSync(file, text);
    // People are meant to come in from everywhere.
    const rules = { 'no-unbound-port-interfaces': 0 };
    const results = new DCLinter({ rules, quiet: true, debug: false, exclude: [] }).lintFiles([file], false);
    return results.flatMap(({ messages }) => messages.filter(({ type }) => type === 'error').map(({ rule }) => rule));
  }

  test('is valid', () => {
    expect(lint(readText('docker-compose.yml'))).toEqual([]);
  });

  test('would not be valid with a word that compose does not know', () => {
    expect(lint(readText('docker-compose.yml').replace('stop_grace_period', 'stop_grace_time'))).toEqual(['invalid-schema']);
  });

  test('gives both instances the same settings, all of which the server knows and takes', () => {
    for (const instance of instances) {
      expect(Object.keys(instance.environment).filter((name) => !knowsVariable(name))).toEqual([]);
      const config = loadConfig(environmentOf(instance, SECRETS));
      expect(config).toMatchObject({ trustProxy: 1, publicUrl: null });
      expect(config.databaseUrl).toContain(`:${SECRETS.POSTGRES_PASSWORD}@postgres:5432/cowatch`);
    }
    expect(instances[0]).toEqual(instances[1]);
    const own = loadConfig(environmentOf(instances[0], { ...SECRETS, PUBLIC_URL: 'https://party.example' }));
    expect(own.publicUrl).toBe('https://party.example');
  });

  test.each(Object.keys(SECRETS))('refuses to start without %s, and says so', (name) => {
    const env = { ...SECRETS, [name]: '' };
    const start = () => Object.values(services).map((service) => environmentOf({ environment: {}, ...service }, env));
    expect(start).toThrow(`${name} must be set`);
  });

  test('takes nothing from the environment that is not either required or given a default', () => {
    const used = [...readText('docker-compose.yml').matchAll(/(?<!\$)\$\{?(\w+)(:[-?])?/g)].filter(([all]) => all.startsWith('${'));
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter(([, , kind]) => kind === undefined)).toEqual([]);
  });

  test('pins every image', () => {
    for (const [name, { image }] of Object.entries(services)) expect(image, name).toMatch(PINNED);
    expect(instances[0].image).toBe(`cowatch:${packageJson.version}`);
  });

  test('leads the load balancer to the port that the image listens on', () => {
    const port = /^ENV [\s\S]*?PORT=(\d+)/m.exec(dockerfile)?.[1];
    expect(dockerfile).toContain(`EXPOSE ${port}`);
    const { environment, ports } = services.haproxy;
    expect(environment).toMatchObject({ COWATCH_1: `cowatch-1:${port}`, COWATCH_2: `cowatch-2:${port}` });
    expect(ports).toEqual([`\${HTTP_PORT:-8080}${environment.COWATCH_LISTEN}`]);
    for (const instance of instances) expect(instance.ports).toBeUndefined();
  });

  test('mounts files that are there, and keeps data in volumes with names', () => {
    const mounts = Object.values(services).flatMap((service) => service.volumes ?? []);
    for (const mount of mounts) {
      const [source] = mount.split(':');
      if (source.startsWith('./')) expect(existsSync(join(ROOT, source)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
    expect(mounts.map((mount) => mount.split(':').slice(0, 2).join(':'))).toEqual(
      expect.arrayContaining(['postgres:/var/lib/postgresql/data', 'redis:/data']),
    );
  });

  test('keeps the data away from everybody but the instances', () => {
    expect(compose.networks.back.internal).toBe(true);
    for (const name of ['redis', 'postgres']) {
      expect(services[name].networks).toEqual(['back']);
      expect(services[name].ports).toBeUndefined();
    }
    expect(services.haproxy.networks).toEqual(['front']);
  });

  test('bounds the memory of everything, and leaves what needs it its room within', () => {
    for (const [name, { mem_limit: limit }] of Object.entries(services)) {
      expect(bytesOf(limit ?? ''), name).toBeGreaterThan(0);
    }
    for (const instance of instances) {
      const share = heapOf(instance.environment.NODE_OPTIONS) / bytesOf(instance.mem_limit);
      expect(share).toBeGreaterThan(0.5);
      expect(share).toBeLessThanOrEqual(0.75);
    }
    const [, maxMemory] = /^maxmemory (\w+)$/m.exec(readText('deploy/redis.conf')) ?? [];
    expect(bytesOf(services.redis.mem_limit)).toBeGreaterThanOrEqual(2 * bytesOf(maxMemory));
  });

  test('waits for what an instance needs, and gives it the time to end in order', () => {
    for (const name of ['postgres', 'redis', 'haproxy']) expect(services[name].healthcheck.test, name).toBeTruthy();
    for (const instance of instances) {
      expect(Object.keys(instance.depends_on).sort()).toEqual(['postgres', 'redis']);
      expect(Number.parseInt(instance.stop_grace_period, 10)).toBeGreaterThan(shutdownSeconds());
    }
  });
});

describe('the settings of Redis', () => {
  test('are taken by a real one: nothing acknowledged is lost, nothing is thrown away', async () => {
    const redis = await startTestRedis({ args: ['--include', join(ROOT, 'deploy/redis.conf')] });
    try {
      const setting = async (name) => (await redis.call('CONFIG', 'GET', name))[1];
      expect(await setting('appendonly')).toBe('yes');
      expect(await setting('appendfsync')).toBe('always');
      expect(await setting('maxmemory-policy')).toBe('noeviction');
      expect(Number(await setting('maxmemory'))).toBeGreaterThan(0);
      await redis.call('SET', 'acknowledged', 'kept');
      await redis.kill();
      await redis.start();
      expect(await redis.call('GET', 'acknowledged')).toBe('kept');
    } finally {
      await redis.remove();
    }
  });
});

describe('the Kubernetes manifests', () => {
  const FOLDER = 'deploy/kubernetes';
  const kustomization = readYaml(`${FOLDER}/kustomization.yaml`);
  const manifests = kustomization.resources.map((file) => readYaml(`${FOLDER}/${file}`));
  const one = (kind) => {
    const found = manifests.filter((manifest) => manifest.kind === kind);
    expect(found, kind).toHaveLength(1);
    return found[0];
  };
  const deployment = one('Deployment');
  const pod = deployment.spec.template;
  const [container] = pod.spec.containers;

  test('are all listed, and all named alike', () => {
    expect(readdirSync(join(ROOT, FOLDER)).sort()).toEqual(['kustomization.yaml', ...kustomization.resources].sort());
    for (const { apiVersion, kind, metadata } of manifests) {
      expect(apiVersion, kind).toMatch(/^([a-z.0-9]+\/)?v\d$/);
      expect(metadata).toMatchObject({ name: 'cowatch', labels: { 'app.kubernetes.io/name': 'cowatch' } });
    }
  });

  test('lead to each other', () => {
    const { labels } = pod.metadata;
    const selectors = [
      deployment.spec.selector.matchLabels,
      one('Service').spec.selector,
      one('PodDisruptionBudget').spec.selector.matchLabels,
      pod.spec.topologySpreadConstraints[0].labelSelector.matchLabels,
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
    const { name, kind } = one('HorizontalPodAutoscaler').spec.scaleTargetRef;
    expect([kind, name]).toEqual(['Deployment', deployment.metadata.name]);
    const [port] = one('Service').spec.ports;
    expect(container.ports.map((it) => it.name)).toContain(port.targetPort);
    const paths = one('Ingress').spec.rules.flatMap((rule) => rule.http.paths);
    for (const { backend } of paths) expect(backend.service).toEqual({ name: 'cowatch', port: { name: port.name } });
    for (const { configMapRef } of container.envFrom) expect(one('ConfigMap').metadata.name).toBe(configMapRef.name);
  });

  test('set what the server knows and takes, and hold no secret', () => {
    const settings = one('ConfigMap').data;
    const secret = container.env.map(({ name, value, valueFrom }) => {
      expect(value).toBeUndefined();
      expect(valueFrom.secretKeyRef.name).toBe('cowatch');
      return name;
    });
    const names = [...Object.keys(settings), ...secret];
    expect(names.filter((name) => !knowsVariable(name))).toEqual([]);
    expect(secret.sort()).toEqual(['AUTH_SECRET', 'DATABASE_URL', 'REDIS_URL']);
    const given = { DATABASE_URL: 'postgresql://db/cowatch', REDIS_URL: 'redis://redis', AUTH_SECRET: 'x'.repeat(32) };
    expect(loadConfig({ ...settings, ...given }).publicUrl).toBe(`https://${one('Ingress').spec.rules[0].host}`);
  });

  test('ask the image, where it listens, for what it answers', () => {
    expect(dockerfile).toContain(`EXPOSE ${container.ports[0].containerPort}`);
    expect(pod.metadata.annotations['prometheus.io/port']).toBe(String(container.ports[0].containerPort));
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.startupProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    const image = kustomization.images.find(({ name }) => name === container.image);
    expect(image?.newTag).toBe(packageJson.version);
  });

  test('leave time to end in order, and never take the last instance away', () => {
    const preStopS = Number(container.lifecycle.preStop.exec.command[1]);
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(preStopS + shutdownSeconds());
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(one('PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    expect(one('HorizontalPodAutoscaler').spec.minReplicas).toBeGreaterThanOrEqual(2);
    expect(deployment.spec.replicas, 'the autoscaler decides').toBeUndefined();
  });

  test('bound what an instance needs, and leave its heap room within', () => {
    const { requests, limits } = container.resources;
    expect(requests).toMatchObject({ cpu: expect.any(String), memory: expect.any(String) });
    expect(bytesOf(limits.memory)).toBeGreaterThanOrEqual(bytesOf(requests.memory));
    const share = heapOf(one('ConfigMap').data.NODE_OPTIONS) / bytesOf(limits.memory);
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThanOrEqual(0.75);
  });

  test('let nobody but the ingress and the metrics in, and nothing out but to the data', () => {
    const { podSelector, policyTypes, ingress, egress } = one('NetworkPolicy').spec;
    expect(pod.metadata.labels).toMatchObject(podSelector.matchLabels);
    expect(policyTypes.sort()).toEqual(['Egress', 'Ingress']);
    for (const { from, ports } of ingress) {
      expect(from.length).toBeGreaterThan(0);
      for (const { port } of ports) expect(container.ports.map(({ name }) => name)).toContain(port);
    }
    const out = egress.flatMap(({ ports }) => ports.map(({ protocol, port }) => `${protocol} ${port}`));
    expect(out.sort()).toEqual(['TCP 53', 'TCP 5432', 'TCP 6379', 'UDP 53']);
  });

  test('run as somebody without rights', () => {
    expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
  });
});
