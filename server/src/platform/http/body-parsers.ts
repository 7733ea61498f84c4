import { CodedError } from '@cowatch/shared/protocol';
import type { FastifyRequest } from 'fastify';
import type { HttpApp } from './http.types.ts';

const DECODER = new TextDecoder('utf-8', { fatal: true });

/** The text of a body. @throws CodedError `bad_request` where its bytes are no UTF-8 */
function utf8Text(body: Buffer): string {
  try {
    return DECODER.decode(body);
  } catch {
    throw new CodedError('bad_request', 'The body is not valid UTF-8.');
  }
}

/** Body parsers: bodies are JSON in UTF-8, without a content encoding. An empty one is none, whatever it is called: routes say whether they need one. */
export function addBodyParsers(app: HttpApp): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      if (body.length === 0) done(null, undefined);
      else parseJson(request, utf8Text(body), done);
    } catch (error) {
      done(error as Error, undefined);
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!isEncoded(request)) return;
    reply.header('accept-encoding', 'identity');
    throw new CodedError('unsupported_media_type', 'Bodies are read as they are: send this one without an encoding.');
  });
}

function isEncoded({ headers }: FastifyRequest): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody && encoding !== '' && encoding !== 'identity';
}
