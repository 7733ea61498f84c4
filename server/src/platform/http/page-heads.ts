import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { settlesWithin } from '../settles-within.ts';
import { TokenBucket } from '../socket/token-bucket.ts';

/** What a page says of what it shows to programs that read no more of it: link previews of messengers (https://ogp.me). */
export interface PageHead {
  readonly title: string;
  readonly description: string;
  /** An absolute address, and what is on the picture; null where there is none. */
  readonly image: { readonly url: string; readonly alt: string } | null;
}

/** A page whose head says what it shows. */
export interface PageWithHead {
  /** `/s/:id` */
  readonly path: string;
  /**
   * The head of the page at an address, by the named parts of its path; null where the page says what every page says.
   * Whatever it throws is null, too.
   */
  head(parts: Readonly<Record<string, string>>, request: FastifyRequest): Promise<PageHead | null>;
}

/** A page waits for its head so long, in milliseconds: people wait for the page. */
const HEAD_WAIT_MS = 300;

/** Heads that are made in a second, and at once: each may ask the stores. Pages beyond that say what every page says. */
const HEADS_PER_S = 100;
const HEADS_BURST = 400;

/** What a page says where it has no head of its own. */
const NEUTRAL_TAG = /[ \t]*<meta (?:property="og:(?:title|description)"|name="(?:description|twitter:card)")[^>]*>\n?/g;

/** Fast enough to be done for each request: a page has five kilobytes. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const compressors = {
  br: (text: string) => promisify(brotliCompress)(text, BROTLI),
  gzip: promisify<string, Buffer>(gzip),
} as const;

/** Answers pages with heads of their own. */
export interface PageHeads {
  /** False where the page has no head of its own, or not now: then nothing has been sent. */
  send(path: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
}

/** @param template the page without a head of its own */
export function createPageHeads(pages: readonly PageWithHead[], template: string): PageHeads {
  const bucket = new TokenBucket({ perS: HEADS_PER_S, burst: HEADS_BURST }, performance.now());
  const matchers = pages.map(({ path, head }) => ({ pattern: patternOf(path), head }));
  const [before = '', after = ''] = splitAtHead(template);

  const headOf = async (path: string, request: FastifyRequest): Promise<PageHead | null> => {
    for (const { pattern, head } of matchers) {
      const parts = pattern.exec(path)?.groups;
      if (parts === undefined || bucket.take(performance.now()) > 0) continue;
      const made = head(parts, request).catch(() => null);
      return (await settlesWithin(made, HEAD_WAIT_MS)) ? made : null;
    }
    return null;
  };

  return {
    async send(path, request, reply) {
      const head = await headOf(path, request);
      if (head === null) return false;
      const html = `${before}${tagsOf(head)}${after}`;
      const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`;
      reply.header('cache-control', 'no-cache').header('etag', etag).header('vary', 'accept-encoding').type('text/html; charset=utf-8');
      if (request.headers['if-none-match']?.includes(etag)) {
        reply.code(304).send();
        return true;
      }
      const encoding = encodingOf(request);
      if (encoding !== null) reply.header('content-encoding', encoding);
      reply.code(200).send(encoding === null ? html : await compressors[encoding](html));
      return true;
    },
  };
}

/** `/s/:id` as a pattern that names its parts. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:([a-zA-Z]+)/g, '(?<$1>[^/]+)')}/?$`);
}

/** The page before and behind where its head goes, without what every page says there. */
function splitAtHead(template: string): [string, string] {
  const at = template.search(NEUTRAL_TAG);
  const cut = at < 0 ? template.indexOf('</head>') : at;
  return [template.slice(0, cut), template.slice(cut).replaceAll(NEUTRAL_TAG, '')];
}

function tagsOf({ title, description, image }: PageHead): string {
  const tags: [attribute: 'property' | 'name', name: string, content: string][] = [
    ['property', 'og:title', title],
    ['property', 'og:description', description],
    ['name', 'description', description],
    ['name', 'twitter:card', image === null ? 'summary' : 'summary_large_image'],
  ];
  if (image !== null) tags.push(['property', 'og:image', image.url], ['property', 'og:image:alt', image.alt]);
  return tags.map(([attribute, name, content]) => `<meta ${attribute}="${name}" content="${escaped(content)}" />`).join('');
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');

/** What the caller takes, the smaller one first; `q=0` says that something is not taken. */
function encodingOf({ headers }: FastifyRequest): keyof typeof compressors | null {
  const taken = (headers['accept-encoding'] ?? '').split(',').map((one) => one.trim().toLowerCase());
  const takes = (name: string) => taken.some((one) => one.split(';', 1)[0] === name && !/;\s*q=0(?:\.0*)?$/.test(one));
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : null;
}
