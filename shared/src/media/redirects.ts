import { hostIs } from './hosts.ts';

// Pages between a link and what it leads to, as search engines, mails and social networks put them there. The target is in
// the address itself: nothing is asked of them, and the site it leads to is told nothing either.

interface Redirect {
  readonly domain: string;
  readonly path: RegExp;
  readonly parameters: readonly string[];
}

const ANY_PATH = /^/;

/** The parameters of each that name the target, as their own pages write them. */
const REDIRECTS: readonly Redirect[] = [
  { domain: 'consent.youtube.com', path: ANY_PATH, parameters: ['continue'] },
  { domain: 'accounts.google.com', path: ANY_PATH, parameters: ['continue'] },
  { domain: 'youtube.com', path: /^\/redirect$/, parameters: ['q'] },
  { domain: 'youtube.com', path: /^\/attribution_link$/, parameters: ['u'] },
  { domain: 'youtube.com', path: /^\/oembed$/, parameters: ['url'] },
  { domain: 'youtube.com', path: /^\/signin$/, parameters: ['next'] },
  { domain: 'facebook.com', path: /^\/(?:l|flx\/warn\/?)(?:\.php)?$/, parameters: ['u'] },
  { domain: 'l.instagram.com', path: ANY_PATH, parameters: ['u'] },
  { domain: 'l.messenger.com', path: ANY_PATH, parameters: ['u'] },
  { domain: 'steamcommunity.com', path: /^\/linkfilter/, parameters: ['u', 'url'] },
  { domain: 'safelinks.protection.outlook.com', path: ANY_PATH, parameters: ['url'] },
  { domain: 'out.reddit.com', path: ANY_PATH, parameters: ['url'] },
  { domain: 'slack-redir.net', path: /^\/link/, parameters: ['url'] },
  { domain: 'linkedin.com', path: /^\/(?:redir\/redirect|safety\/go)/, parameters: ['url'] },
  { domain: 't.umblr.com', path: /^\/redirect/, parameters: ['z'] },
  { domain: 'vk.com', path: /^\/away\.php/, parameters: ['to'] },
  { domain: 'duckduckgo.com', path: /^\/l\/?$/, parameters: ['uddg'] },
  { domain: 'deref-gmx.net', path: ANY_PATH, parameters: ['redirectUrl'] },
  { domain: 'deref-web.de', path: ANY_PATH, parameters: ['redirectUrl'] },
];

const GOOGLE = /^(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?$/;

/** One behind the other, as in a mail that quotes a search. */
const REDIRECTS_MAX = 4;

/** Where an address really leads, as far as it says so itself. */
export function withoutRedirects(url: URL): URL {
  let here = url;
  for (let i = 0; i < REDIRECTS_MAX; i += 1) {
    const target = targetOf(here);
    if (target === null) break;
    here = target;
  }
  return here;
}

function targetOf(url: URL): URL | null {
  const known = GOOGLE.test(url.hostname)
    ? url.pathname === '/url' || url.pathname === '/imgres'
      ? ['q', 'url']
      : []
    : REDIRECTS.filter(({ domain, path }) => hostIs(url, domain) && path.test(url.pathname)).flatMap(({ parameters }) => parameters);
  for (const name of known) {
    const value = url.searchParams.get(name);
    if (!value || !/^(?:https?:\/\/|\/[^/])/i.test(value)) continue;
    try {
      return new URL(value, url.href);
    } catch {
      // Not an address: the next parameter may be.
    }
  }
  return null;
}
