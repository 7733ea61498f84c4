import { CodedError, type ErrorCode } from '@cowatch/shared/protocol';
import type { z } from 'zod';
import { letFieldsBeAdded } from './open-schema.ts';
import { problemOf } from './problem.ts';

// What the OpenAPI document says of every route alike, so that no route has to and none forgets to.

/** Route schemas say `security: FOR_ANYBODY` where no identity is looked at, and `FOR_ACCOUNTS` where a guest is refused. */
export const FOR_ANYBODY: Security = [];
export const FOR_ACCOUNTS: Security = [{ viewerCookie: [] }, { bearer: [] }];

/** Everywhere else: with either, or with none, and then as a guest. */
const FOR_VIEWERS: Security = [...FOR_ACCOUNTS, {}];

type Security = Record<string, string[]>[];
type Schema = { readonly [key: string]: unknown };
type Content = Record<string, { schema?: Schema; example?: unknown }>;

interface Response {
  description: string;
  headers?: Record<string, unknown>;
  content?: Content;
}

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Security;
  parameters?: { description?: string; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, Response | { $ref: string }>;
}

/** As much of an OpenAPI document as is touched here. */
export interface ApiDocument {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; responses?: Record<string, Response> };
}

/** Of whatever may make somebody a guest, or sign them in. */
const PREFER = {
  name: 'Prefer',
  in: 'header',
  required: false,
  schema: { type: 'string', examples: ['token'] },
  description: '`token`: what would set the cookie has the token in its body instead, and no cookie is looked at.',
};

/** A body with an example of it. What is taken otherwise than it is given loses `examples` on its way into the document. */
export const withExample = <S extends z.ZodType>(schema: S, example: z.input<S>): S => schema.meta({ example });

const PROBLEM = 'application/problem+json';

const METHODS_THAT_CHANGE = new Set(['post', 'put', 'patch', 'delete']);

/** What each status means to a reader of the document. */
const SUCCESSES: Readonly<Record<string, string>> = {
  200: 'What was asked for.',
  201: 'Made.',
  202: 'Taken, and done soon.',
  204: 'Done.',
};

/** Refusals with a description, an example and headers of their own; those of RFC 8628 are none of them. */
const REFUSALS: Readonly<Record<string, { readonly code: ErrorCode; readonly detail: string }>> = {
  400: { code: 'bad_request', detail: 'body.media.url: has fewer than 1 characters' },
  401: { code: 'unauthenticated', detail: 'The bearer token is not one of this server, or counts no more.' },
  403: { code: 'forbidden', detail: 'Pages of this origin may not use this server.' },
  404: { code: 'not_found', detail: 'There is no such party.' },
  409: { code: 'conflict', detail: 'This name is taken.' },
  410: { code: 'gone', detail: 'This code has run out. Show a new one.' },
  413: { code: 'too_large', detail: 'Request body is too large' },
  415: { code: 'unsupported_media_type', detail: 'Unsupported Media Type' },
  429: { code: 'rate_limited', detail: 'Too many requests from your address. Wait a moment, then try again.' },
  500: { code: 'internal', detail: 'The server failed on this request and has noted it as Zk3v0Qb1Tx2n.' },
  503: { code: 'unavailable', detail: 'The server is starting.' },
};

/** Those that say when to come again. */
const WITH_RETRY_AFTER = new Set(['429', '503']);

/** Completes what the routes state of themselves. */
export function completeApi<Document extends object>(document: Document): Document {
  const api = document as ApiDocument;
  const { paths = {}, components = {} } = api;
  components.responses = Object.fromEntries(Object.keys(REFUSALS).map((status) => [nameOf(status), refusalOf(status)]));
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) completeOperation(operation, method, path);
  }
  for (const [name, schema] of Object.entries(components.schemas ?? {})) {
    if (!name.endsWith('Input')) letFieldsBeAdded(schema);
  }
  dropUnused(api);
  return document;
}

function completeOperation(operation: Operation, method: string, path: string): void {
  const { parameters = [], requestBody, responses } = operation;
  operation.operationId = operationIdOf(method, path);
  operation.description ??= operation.summary ?? '';
  operation.security ??= FOR_VIEWERS;
  for (const parameter of parameters) hoistDescription(parameter);
  if (operation.security === FOR_VIEWERS) operation.parameters = [...parameters, PREFER];
  if (requestBody !== undefined) {
    requestBody.required = !takesNull(requestBody.content);
    hoistExamples(requestBody.content);
  }
  for (const status of everywhere(operation, method)) responses[status] ??= { description: '' };
  for (const [status, response] of Object.entries(responses)) {
    if (!('$ref' in response)) responses[status] = completeResponse(response, status);
  }
}

/** What may happen to any request of this kind before its route is asked. */
function everywhere({ security }: Operation, method: string): string[] {
  return [
    '400',
    ...(security?.length === 0 ? [] : ['401']),
    // A guest.
    ...(security?.some((way) => Object.keys(way).length === 0) === false && security.length > 0 ? ['403'] : []),
    // An origin that is not allowed; a body, wanted or not.
    ...(METHODS_THAT_CHANGE.has(method) ? ['403', '413', '415'] : []),
    '429',
    '500',
    '503',
  ];
}

function completeResponse(response: Response, status: string): Response | { $ref: string } {
  const schema = response.content?.['application/json']?.schema;
  if (!(status in REFUSALS)) {
    for (const { schema } of Object.values(response.content ?? {})) letFieldsBeAdded(schema);
    return { ...response, description: SUCCESSES[status] ?? response.description };
  }
  const refusal = { $ref: `#/components/responses/${nameOf(status)}` };
  if (schema === undefined || schema.$ref === '#/components/schemas/Problem') return refusal;
  if (schema.$ref === '#/components/schemas/DeviceTokenRefusal') {
    return { ...response, description: 'The refusal, as OAuth 2.0 writes it (RFC 6749, section 5.2).' };
  }
  const { description, headers = {} } = refusalOf(status);
  return { description, headers, content: { [PROBLEM]: { schema } } };
}

function refusalOf(status: string): Response {
  const { code, detail } = REFUSALS[status] ?? { code: 'internal', detail: '' };
  const retryAfterMs = WITH_RETRY_AFTER.has(status) ? 2000 : undefined;
  const { problem } = problemOf(new CodedError(code, detail, retryAfterMs), 'Zk3v0Qb1Tx2n', Number(status));
  const example = { schema: { $ref: '#/components/schemas/Problem' }, example: problem };
  return {
    description: `${problem.title}: \`${code}\`.`,
    ...(status === '401' ? { headers: { 'WWW-Authenticate': WWW_AUTHENTICATE } } : {}),
    ...(retryAfterMs === undefined ? {} : { headers: { 'Retry-After': RETRY_AFTER } }),
    content: { [PROBLEM]: example },
  };
}

const RETRY_AFTER = { description: 'Seconds after which trying again makes sense.', schema: { type: 'integer' } };

const WWW_AUTHENTICATE = { description: 'How to identify oneself.', schema: { type: 'string', const: 'Bearer' } };

const nameOf = (status: string): string => {
  const code = REFUSALS[status]?.code ?? 'internal';
  return code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
};

/** `get /api/v1/resume/{contentId}` → `getResumeByContentId`. */
function operationIdOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api\/v\d+/, '')
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return [method, ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}

/** The validator's schemas have the words for parameters; readers look for them beside the schema. */
function hoistDescription(parameter: { description?: string; schema?: Schema }): void {
  const { description, ...schema } = parameter.schema ?? {};
  if (typeof description !== 'string') return;
  parameter.description = description;
  parameter.schema = schema;
}

function hoistExamples(content: Content): void {
  for (const media of Object.values(content)) {
    const { example, ...schema } = media.schema ?? {};
    if (example !== undefined) Object.assign(media, { schema, example });
  }
}

function takesNull(content: Content): boolean {
  return Object.values(content).some(({ schema }) => [schema?.anyOf].flat().some((one) => (one as Schema | undefined)?.type === 'null'));
}

/** Every schema with a name is offered to the document, as it is taken and as it is given: those that nothing names go. */
function dropUnused({ paths, components }: ApiDocument): void {
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name] ?? null);
    }
  };
  visit([paths, components?.responses]);
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
}
