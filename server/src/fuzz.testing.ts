import type { Person } from './protocol.testing.ts';

// Requests of every kind of wrong, made from the OpenAPI document by a seeded generator.

type Schema = Readonly<Record<string, unknown>>;

/** The part of an OpenAPI document that is read here. */
export interface ApiDocument {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly parameters?: readonly { readonly in: string; readonly name: string }[];
            readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
          }
        >
      >
    >
  >;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** What is there to be asked for: names of things that exist, and of somebody who may ask. */
export interface Known {
  readonly people: readonly Pick<Person, 'token' | 'viewerId'>[];
  readonly sessionIds: readonly string[];
}

/** Paths beside the API's. */
const OTHER_PATHS = [
  '/',
  '/s/AbCdEfGhIjKlMnOpQrStUv',
  '/watch',
  '/history',
  '/link?code=ABCDEFGH',
  '/nothing',
  '/index.html',
  '*',
  '/media/sample.mp4',
  '/media/',
  '/media/..%2f..%2fpackage.json',
  '/assets/x.js',
  '/robots.txt',
  '/favicon.ico',
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/asyncapi.json',
  '/docs',
  '/docs/',
  '/docs/static/x',
  '/socket.io/',
  '/socket.io/?EIO=4&transport=polling',
  '/socket.io/?EIO=4&transport=websocket',
  '/socket.io/?EIO=3',
  '/socket.io/?EIO=4&transport=polling&sid=x',
  '/socket.io',
  '/socket.io/x?transport=constructor',
  'http://[/',
  '//',
];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'get'];
const TEXTS = [
  '',
  ' ',
  'x',
  '0',
  '-1',
  '1e1',
  '0x5',
  '%',
  '%00',
  '%zz',
  '%ff',
  '%C3%28',
  '%ED%A0%80',
  '%2F',
  '..',
  '%2e%2e',
  '\\',
  '__proto__',
  'constructor',
  'null',
  'undefined',
  'NaN',
  'true',
  '[]',
  '{}',
  '\u0001',
  'ä',
  '💥',
  '\ud800',
  "';--",
  'ABCDEFGH',
  'AbCdEfGhIjKlMnOpQrStUv',
  'x'.repeat(600),
  '9'.repeat(40),
  'title:sample',
  'https://a.example/a.mp4',
];
const HOSTS = [
  'a.example',
  'localhost:3000',
  '127.0.0.1',
  '[::1]',
  '[::1]:80',
  '999.999.999.999',
  'localhost:99999',
  '[1]',
  'xn--',
  'xn--a',
  'a b',
  '',
  'a..b',
  '.',
  '-',
  '_',
  '0',
  '0x7f.1',
  '1.1',
  'a.example.',
  'a:0',
  'a/b',
  'a@b',
  'A%41',
];
const PROTOS = ['http', 'https', 'x', 'wss', '', 'https,http', 'javascript', '://'];
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=x',
  'text/plain',
  'x',
  '',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'a/b',
  ';',
  'json/',
];
const COOKIES = ['cowatch_viewer=x', 'cowatch_viewer=%', '=', ';;;', 'cowatch.session_token=x', '__proto__=1', 'a=\u0080'];

/** One request as it goes over the wire. */
export interface FuzzedRequest {
  readonly method: string;
  readonly target: string;
  readonly bytes: Buffer;
}

/** @param random in [0, 1) */
export function createFuzzer(document: ApiDocument, known: Known, random: () => number): () => FuzzedRequest {
  const chance = (p: number) => random() < p;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const ids = () => pick([...known.sessionIds, ...known.people.map(({ viewerId }) => viewerId), ...TEXTS]);

  /** A value that a schema takes, mostly. */
  function sample(schema: Schema | undefined, depth = 0): unknown {
    if (schema === undefined || depth > 8 || chance(0.06)) return odd();
    const { $ref, anyOf, oneOf, allOf, type, enum: values, const: constant, properties, items } = schema;
    if (typeof $ref === 'string') return sample(document.components?.schemas?.[$ref.split('/').at(-1) ?? ''], depth + 1);
    if (constant !== undefined) return constant;
    if (Array.isArray(values)) return pick(values);
    const choices = anyOf ?? oneOf ?? allOf;
    if (Array.isArray(choices)) return sample(pick(choices), depth + 1);
    switch (Array.isArray(type) ? pick(type) : type) {
      case 'object':
        return Object.fromEntries(
          Object.entries((properties ?? {}) as Record<string, Schema>)
            .filter(() => chance(0.9))
            .map(([name, value]) => [chance(0.02) ? pick(TEXTS) : name, sample(value, depth + 1)]),
        );
      case 'array':
        return Array.from({ length: Math.floor(random() * 3) }, () => sample(items as Schema, depth + 1));
      case 'integer':
      case 'number':
        return pick([0, 1, 5, 1000, Number(schema.minimum ?? 0), Number(schema.maximum ?? 9), Date.now(), -1, 1e300]);
      case 'boolean':
        return chance(0.5);
      case 'null':
        return null;
      default:
        return pick(['ana', 'correct horse', 'a'.repeat(22), 'f'.repeat(32), ids(), ids()]);
    }
  }

  const odd = (): unknown => pick([null, [], {}, '', 0, -0, 1e300, true, [[]], { __proto__: null }, 'x'.repeat(3000), ...TEXTS]);

  function target(path: string, parameters: readonly { readonly in: string; readonly name: string }[]): string {
    const filled = path.replace(/\{[^}]+\}/g, () => (chance(0.5) ? encodeURIComponent(wellFormed(ids())) : ids()));
    const query = parameters
      .filter((parameter) => parameter.in === 'query' && chance(0.8))
      .flatMap(({ name }) => Array.from({ length: chance(0.1) ? 2 : 1 }, () => `${name}=${pick(TEXTS)}`));
    if (chance(0.1)) query.push(pick(['x=1', '__proto__=1', 'a[b]=c', '&&&', '=', '%']));
    return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
  }

  function headers(body: Buffer): string[] {
    const { token } = pick(known.people);
    const lines = [`Host: ${chance(0.8) ? 'localhost' : pick(HOSTS)}`];
    const maybe = (p: number, name: string, value: () => string) => chance(p) && lines.push(`${name}: ${value()}`);
    maybe(0.02, 'Host', () => pick(HOSTS));
    maybe(0.2, 'X-Forwarded-Proto', () => pick(PROTOS));
    maybe(0.2, 'X-Forwarded-Host', () => pick(HOSTS));
    maybe(0.2, 'X-Forwarded-For', () => pick([...HOSTS, '10.0.0.1, 10.0.0.2', '::ffff:1.2.3.4', ',,,']));
    maybe(0.6, 'Authorization', () => pick([`Bearer ${token}`, `Bearer ${token}`, 'Bearer', 'Bearer x', 'Basic x:y']));
    maybe(0.3, 'Cookie', () => pick([`cowatch_viewer=${token}`, ...COOKIES]));
    maybe(0.2, 'Origin', () => pick(['null', 'http://localhost', 'https://[', 'x', '', 'file:///', 'http://a:99999']));
    maybe(0.1, 'Sec-Fetch-Site', () => pick(['cross-site', 'same-origin', 'x']));
    maybe(0.1, 'Prefer', () => pick(['token', 'token, token', ';', '"']));
    maybe(0.1, 'Idempotency-Key', () => pick(['a', '"a"', '', 'x'.repeat(300), '\u0001']));
    maybe(0.1, 'Range', () => pick(['bytes=0-1', 'bytes=9-1', 'bytes=x', 'bytes=0-0,2-3', 'x']));
    maybe(0.1, 'Accept-Encoding', () => pick(['gzip', 'br;q=x', '*;q=0', '\u0080']));
    maybe(0.1, 'If-None-Match', () => pick(['*', 'x', '"x"']));
    maybe(0.05, 'If-Modified-Since', () => pick(['x', 'Thu, 01 Jan 1970 00:00:00 GMT']));
    maybe(0.05, 'Content-Encoding', () => pick(['gzip', 'identity', 'x']));
    maybe(0.05, 'Expect', () => pick(['100-continue', 'x']));
    maybe(0.05, 'Upgrade', () => pick(['websocket', 'h2c', 'x']));
    maybe(0.05, 'Sec-WebSocket-Key', () => pick(['dGhlIHNhbXBsZSBub25jZQ==', 'x', '']));
    maybe(0.05, 'Sec-WebSocket-Version', () => pick(['13', '8', 'x']));
    maybe(0.05, 'Access-Control-Request-Method', () => pick(METHODS));
    maybe(body.length > 0 || chance(0.3) ? 0.95 : 0, 'Content-Type', () => (chance(0.8) ? 'application/json' : pick(TYPES)));
    maybe(0.9, 'Content-Length', () => (chance(0.97) ? String(body.length) : pick(['0', '1', '-1', '99', 'x', '1e9'])));
    maybe(0.03, 'Transfer-Encoding', () => pick(['chunked', 'x', 'chunked, chunked']));
    maybe(0.03, pick(['X', '__proto__', 'constructor', 'x y', '']), () => pick(TEXTS));
    return lines;
  }

  return () => {
    const route = chance(0.85) ? pick(routes) : { path: pick(OTHER_PATHS), method: 'GET', operation: {} };
    const { parameters = [], requestBody } = route.operation as ApiDocument['paths'][string][string];
    const schema = Object.values(requestBody?.content ?? {})[0]?.schema;
    const method = chance(0.9) ? route.method : pick(METHODS);
    const to = target(route.path, parameters);
    let body = Buffer.alloc(0);
    if (schema !== undefined || chance(0.1)) {
      const json = JSON.stringify(sample(schema)) ?? '';
      body = Buffer.from(chance(0.95) ? json : json.slice(0, Math.floor(random() * json.length)));
      if (chance(0.05)) body = Buffer.concat([body, Buffer.from([0xff, 0xc3, 0x00, 0xed, 0xa0, 0x80])]);
    }
    const connection = chance(0.03) ? pick(['Upgrade', 'Upgrade, close', 'keep-alive, Upgrade', 'x']) : 'close';
    const head = [`${method} ${to} HTTP/${chance(0.97) ? '1.1' : pick(['1.0', '2.0', 'x'])}`, ...headers(body)];
    const bytes = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\nConnection: ${connection}\r\n\r\n`, 'latin1'), body]);
    return { method, target: to, bytes };
  };
}

const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, '');
