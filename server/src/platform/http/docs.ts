import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { HttpApp } from './http.types.ts';

/** The API described by itself: `/openapi.json` for programs, `/docs` for people. */
export async function addDocs(app: HttpApp): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Cowatch',
        description: 'Watch parties on the same frame. Live playback goes over Socket.IO: see docs/protocol.md.',
        version: '1',
      },
      components: {
        securitySchemes: {
          viewerCookie: { type: 'apiKey', in: 'cookie', name: 'cowatch_viewer' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(fastifySwaggerUi, { routePrefix: '/docs', staticCSP: true, theme: { title: 'Cowatch API' } });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
