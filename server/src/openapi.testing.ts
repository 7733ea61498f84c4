import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Where the document names the API's routes from. */
const PREFIX = '/api/v1';

/** A database on a busy machine is away for moments, not for longer. */
const REPEATS_MAX = 4;

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly tags: readonly string[];
  readonly responses: Responses;
}
type Responses = Readonly<Record<string, { readonly $ref?: string; readonly content?: object }>>;

export interface WalkAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Requests to a server whose every answer must be as its OpenAPI document says. */
export class ApiWalk {
  /** `get /sessions/{id} 200` of all that was answered. */
  readonly seen = new Set<string>();
  readonly #url: string;
  readonly #document: Described;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(url: string, document: object) {
    this.#url = url;
    // Answers may grow, and so the document lets more pass; but what the server says now has to be in it.
    const closed = structuredClone(document);
    closeSchemas(closed);
    this.#document = closed as Described;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ ...closed, $id: 'api' });
  }

  /** Somebody with a cookie jar of their own. */
  caller(): ApiCaller {
    return new ApiCaller(this.#url, (method, path, answer) => this.#check(method, path, answer));
  }

  /** The routes of these tags, and the statuses that the document says of each. */
  *routes(tags: readonly string[]): Iterable<{ readonly route: string; readonly statuses: readonly string[] }> {
    for (const [path, operations] of Object.entries(this.#document.paths)) {
      for (const [method, { tags: own, responses }] of Object.entries(operations)) {
        if (!own.some((tag) => tags.includes(tag))) continue;
        yield { route: `${method} ${path.slice(PREFIX.length)}`, statuses: Object.keys(responses) };
      }
    }
  }

  #check(method: string, path: string, answer: { status: number; type: string; body: unknown }): void {
    const template = this.#templateOf(method, path);
    const what = `${method} ${template.slice(PREFIX.length)} ${answer.status}`;
    const responses = this.#document.paths[template]?.[method]?.responses ?? {};
    const stated = responses[answer.status];
    if (stated === undefined) throw new Error(`${what} is not in the document`);
    this.seen.add(what);
    const pointer = stated.$ref ?? `#/paths/${pointerOf(template)}/${method}/responses/${answer.status}`;
    const content = (stated.$ref === undefined ? stated : this.#resolve(stated.$ref)).content;
    if (content === undefined) {
      if (answer.body !== null) throw new Error(`${what} has a body`);
      return;
    }
    if (!(answer.type in content)) throw new Error(`${what} is ${answer.type}, not ${Object.keys(content)}`);
    const validate = this.#validator(`api${pointer}/content/${pointerOf(answer.type)}/schema`);
    if (!validate(answer.body)) {
      throw new Error(`${what}: ${this.#ajv.errorsText(validate.errors)} in ${JSON.stringify(answer.body)}`);
    }
  }

  /** Compiled once: that takes much longer than to validate. */
  #validator(ref: string): ValidateFunction {
    const validate = this.#validators.get(ref) ?? this.#ajv.compile({ $ref: ref });
    this.#validators.set(ref, validate);
    return validate;
  }

  /** The path of the document that a path of a request is one of; the one with the fewest parameters. */
  #templateOf(method: string, path: string): string {
    const bare = `${PREFIX}${path.split('?', 1)[0]}`;
    const [found] = Object.keys(this.#document.paths)
      .filter((template) => method in (this.#document.paths[template] ?? {}))
      .filter((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare))
      .sort((a, b) => a.split('{').length - b.split('{').length);
    if (found === undefined) throw new Error(`${method} ${path} is not in the document`);
    return found;
  }

  #resolve(pointer: string): { readonly content?: object } {
    const found = pointer
      .slice(2)
      .split('/')
      .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], this.#document);
    return found as { readonly content?: object };
  }
}

type Check = (method: string, path: string, answer: { status: number; type: string; body: unknown }) => void;

export class ApiCaller {
  readonly #url: string;
  readonly #check: Check;
  readonly #cookies = new Map<string, string>();

  constructor(url: string, check: Check) {
    this.#url = url;
    this.#check = check;
  }

  /** A request; what cannot be answered now is asked for again when that is said to make sense, as by any client. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<WalkAnswer> {
    let answer = await this.#once(method, path, body, headers);
    for (let repeats = 0; answer.status === 503 && repeats < REPEATS_MAX; repeats += 1) {
      await new Promise((resolve) => setTimeout(resolve, answer.retryAfterMs));
      answer = await this.#once(method, path, body, headers);
    }
    return answer;
  }

  async #once(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<WalkAnswer & { readonly retryAfterMs: number }> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    const answer = await fetch(`${this.#url}${PREFIX}${path}`, {
      method: method.toUpperCase(),
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : isRaw ? (body as string) : JSON.stringify(body),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1);
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const text = await answer.text();
    const type = answer.headers.get('content-type')?.split(';', 1)[0] ?? '';
    const read: unknown = text === '' ? null : type.endsWith('json') ? JSON.parse(text) : text;
    this.#check(method, path, { status: answer.status, type, body: read });
    const retryAfterMs = 1000 * Number(answer.headers.get('retry-after') ?? 1);
    return { status: answer.status, body: (read ?? {}) as WalkAnswer['body'], retryAfterMs };
  }
}

const pointerOf = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Lets nothing pass that is not stated. */
export function closeSchemas(schema: unknown): void {
  if (Array.isArray(schema)) for (const one of schema) closeSchemas(one);
  if (typeof schema !== 'object' || schema === null) return;
  if ('properties' in schema && !('additionalProperties' in schema)) Object.assign(schema, { additionalProperties: false });
  for (const [key, value] of Object.entries(schema)) if (key !== 'examples' && key !== 'example') closeSchemas(value);
}
