import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Config } from '../../config.ts';
import { describeEvents } from './asyncapi.ts';
import type { HttpApp } from './http.types.ts';
import { completeApi } from './openapi.ts';
import { createPublicOrigin } from './origins.ts';

const DESCRIPTION = `Watch parties on the same frame.

Live playback goes over Socket.IO: its messages are described by [/asyncapi.json](/asyncapi.json), and the rules of both by docs/protocol.md.

A path that exists with another method than its own is answered with 405 and \`Allow\`.`;

const TAGS = [
  { name: 'accounts', description: 'Who one is: guests, accounts, devices, passkeys, and linking by code.' },
  { name: 'media', description: 'What an address is.' },
  { name: 'parties', description: 'Watch parties: starting, looking at and ending them.' },
  { name: 'resume', description: 'Where one is in what one watches, and what one has watched.' },
];

/** API documentation, made from the schemas: `/openapi.json` and `/asyncapi.json` for programs, `/docs` for people. */
export async function addDocs(app: HttpApp, config: Pick<Config, 'publicUrl' | 'port'>): Promise<void> {
  const publicOrigin = createPublicOrigin(config);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Cowatch',
        description: DESCRIPTION,
        version: '1',
        license: { name: 'MIT', identifier: 'MIT' },
        contact: { name: 'Whoever runs this server' },
      },
      servers: [{ url: config.publicUrl ?? '/', description: 'This server.' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          viewerCookie: {
            type: 'apiKey',
            in: 'cookie',
            name: 'cowatch_viewer',
            description: 'Set by `GET /api/v1/me` and by whatever makes somebody a guest or signs them in.',
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
  app.get('/asyncapi.json', { schema: { hide: true } }, (request) => describeEvents(publicOrigin(request)));
}
