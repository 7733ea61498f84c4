import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Config } from '../../config.ts';
import type { ViewerCookie } from '../identity.ts';
import { describeEvents } from './asyncapi.ts';
import type { HttpApp } from './http.types.ts';
import { completeApi } from './openapi.ts';
import { createPublicOrigin } from './origins.ts';

const DESCRIPTION = `Watch parties on the same frame.

Live playback goes over Socket.IO: its messages are described by [/asyncapi.json](/asyncapi.json), and the rules of both by docs/protocol.md.

A path that exists with another method than its own is answered with 405 and \`Allow\`.`;

/** A group of routes, as the document describes it. */
export interface ApiTag {
  readonly name: string;
  readonly description: string;
}

export interface DocsOptions {
  readonly config: Pick<Config, 'publicUrl' | 'port'>;
  readonly tags: readonly ApiTag[];
  readonly viewerCookie: ViewerCookie;
}

/** API documentation, made from the schemas: `/openapi.json` and `/asyncapi.json` for programs, `/docs` for people. */
export async function addDocs(app: HttpApp, { config, tags, viewerCookie }: DocsOptions): Promise<void> {
  const publicOrigin = createPublicOrigin(config);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Cowatch',
        description: DESCRIPTION,
        version: '1',
        license: { name: 'MIT', identifier: 'MIT' },
        contact: { name: 'The operator of this server' },
      },
      servers: [{ url: config.publicUrl ?? '/', description: 'This server.' }],
      tags: tags.toSorted((one, other) => one.name.localeCompare(other.name)),
      components: {
        securitySchemes: {
          viewerCookie: {
            type: 'apiKey',
            in: 'cookie',
            ...viewerCookie,
          },
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'The same value, or a token from `POST /api/v1/link/token`.',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => completeApi(jsonSchemaTransformObject(document)),
  });
  await app.register(fastifySwaggerUi, { routePrefix: '/docs', staticCSP: true, theme: { title: 'Cowatch API' } });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get('/asyncapi.json', { schema: { hide: true } }, (request) => describeEvents(publicOrigin(request), viewerCookie.name));
}
