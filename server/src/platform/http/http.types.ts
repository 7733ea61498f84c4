import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { RequestOrigin } from './request-origin.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** By what the request reached this server; null where it does not say. Parsed before anything else looks at it. */
    reachedAt: RequestOrigin | null;
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** As of a socket command: the field of the body whose items have an answer each. */
    answersPerItem?: string;
  }
}

/** Fastify whose routes are typed by the zod schemas they state. */
export type HttpApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Where people reach this server, without a trailing slash: `PUBLIC_URL`, else as the request came. Links are built on it. */
export type PublicOrigin = (request: FastifyRequest) => string;
