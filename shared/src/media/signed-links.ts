import { isGenericName, MEDIA_NAME } from './media-files.ts';

// Signed links: the same file under an address that changes with every visit, because it says for how long somebody is let
// in. What lets one in is no part of what the file is. It is taken for that only where a whole scheme is there, as its
// service documents it: alone a `token` or `signature` may just as well be what names the medium.

type Has = (name: string, value?: RegExp) => boolean;

interface Scheme {
  /** Is the query signed in this way? Names are in lower case. */
  readonly is: (has: Has) => boolean;
  /** What of it is the signature. */
  readonly names: RegExp;
}

const UNIX_TIME = /^\d{10}(?:\d{3})?$/;
const DIGEST = /^[\w+/=-]{20,}$/;

const SCHEMES: readonly Scheme[] = [
  // Amazon S3 and everything that speaks its protocol, signature version 4.
  {
    is: (has) => has('x-amz-signature'),
    names: /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256)$/,
  },
  // Amazon S3, version 2; Google Cloud Storage, version 2; Alibaba Cloud and Huawei Cloud.
  {
    is: (has) =>
      has('signature') && has('expires') && ['awsaccesskeyid', 'googleaccessid', 'ossaccesskeyid', 'accesskeyid'].some((name) => has(name)),
    names: /^(?:awsaccesskeyid|googleaccessid|ossaccesskeyid|accesskeyid|signature|expires|x-amz-security-token|security-token)$/,
  },
  // Alibaba Cloud, version 4; Tencent Cloud.
  {
    is: (has) => has('x-oss-signature'),
    names: /^x-oss-(?:signature-version|additional-headers|credential|date|expires|signature|security-token)$/,
  },
  {
    is: (has) => has('q-signature') && has('q-sign-time'),
    names: /^(?:q-sign-algorithm|q-ak|q-sign-time|q-key-time|q-header-list|q-url-param-list|q-signature|x-cos-security-token)$/,
  },
  // Amazon CloudFront.
  {
    is: (has) => has('signature') && has('key-pair-id') && (has('expires') || has('policy')),
    names: /^(?:signature|key-pair-id|expires|policy|hash-algorithm)$/,
  },
  // Google Cloud Storage, version 4, and Google's CDN.
  {
    is: (has) => has('x-goog-signature'),
    names: /^x-goog-(?:algorithm|credential|date|expires|signedheaders|signature)$/,
  },
  {
    is: (has) => has('signature') && has('keyname') && has('expires'),
    names: /^(?:signature|keyname|expires|urlprefix)$/,
  },
  // Azure Storage, shared access signatures.
  {
    is: (has) => has('sig') && has('sv') && (has('se') || has('si')),
    names: /^(?:sig|sv|se|st|si|sp|sr|spr|sip|ss|srt|skoid|sktid|skt|ske|sks|skv|sdd|saoid|suoid|scid|ses)$/,
  },
  // Akamai.
  {
    is: (has) => ['hdnea', 'hdnts', 'hdntl', '__token__'].some((name) => has(name, /hmac=/)),
    names: /^(?:hdnea|hdnts|hdntl|__token__)$/,
  },
  // Discord's, of what people attach to messages.
  {
    is: (has) => has('ex', /^[\da-f]{8}$/) && has('is', /^[\da-f]{8}$/) && has('hm', /^[\da-f]{64}$/),
    names: /^(?:ex|is|hm)$/,
  },
];

/** Schemes whose parameters may as well name the medium: they are believed where the path names it already. */
const SCHEMES_OF_FILES: readonly Scheme[] = [
  // Cloudflare's, as its documentation has it.
  { is: (has) => has('verify', /^\d{10}-.{20,}$/), names: /^verify$/ },
  // nginx, secure_link, under the names that its documentation uses; BunnyCDN, KeyCDN and others.
  { is: (has) => has('md5', DIGEST) && has('expires', UNIX_TIME), names: /^(?:md5|expires)$/ },
  { is: (has) => has('st', DIGEST) && has('e', UNIX_TIME), names: /^(?:st|e)$/ },
  {
    is: (has) => has('token', DIGEST) && ['expires', 'expire', 'exp'].some((name) => has(name, UNIX_TIME)),
    names: /^(?:token|expires|expire|exp|token_path)$/,
  },
];

/** Names under which a file is given out to those who have been let in. */
const TOKENS = /^(?:token|access_token|auth_token|authtoken|jwt|api_key|x-plex-token|x-emby-token)$/;

/** A part of a path that is a signature, as Akamai and BunnyCDN put it there for playlists. */
const SIGNED_SEGMENT = /\/(?:(?:hdntl|hdnea|hdnts)=.*?hmac=[\da-f]+|bcdn_token=[^/]+&expires=\d+[^/]*)(?=\/)/gi;

/** Folders that many titles have in common. */
const GENERIC_FOLDER =
  /^(?:v\d|api|cdn|storage|public|static|media|uploads?|protected|secure|private|auth|stream(?:ing)?s?|proxy|relay|gateway|edge|origin|app|link|redirect)$/i;

/** The address without what only lets somebody in; as it is where there is nothing of the kind. */
export function withoutSignature(url: URL): URL {
  const copy = new URL(url.href);
  const path = copy.pathname.replace(SIGNED_SEGMENT, '');
  if (path !== copy.pathname) copy.pathname = path;

  const parts = copy.search.slice(1).split('&');
  const named = parts.map((part) => {
    const [[name = '', value = ''] = []] = new URLSearchParams(part);
    return { part, name: name.toLowerCase(), value };
  });
  const has: Has = (wanted, value) => named.some((one) => one.name === wanted && one.value !== '' && (value?.test(one.value) ?? true));
  const isNamed = namesFile(copy);
  const schemes = isNamed ? [...SCHEMES, ...SCHEMES_OF_FILES] : SCHEMES;
  const signatures = schemes.filter(({ is }) => is(has)).map(({ names }) => names);
  if (isNamed) signatures.push(TOKENS);
  const isSigned = named.some(({ name }) => signatures.some((names) => names.test(name)));
  // With a signature goes the `&` that it leaves at an end.
  const kept = isSigned ? named.filter(({ part, name }) => part !== '' && !signatures.some((names) => names.test(name))) : named;
  // With its question mark: of a query that begins with one itself, setting it would take that away.
  if (kept.length < parts.length) copy.search = kept.length === 0 ? '' : `?${kept.map(({ part }) => part).join('&')}`;
  return copy;
}

/** Does the path name one file among all of its host, so that a token beside it can only let one in? */
function namesFile(url: URL): boolean {
  const segments = url.pathname.split('/').filter(Boolean);
  const file = segments.pop() ?? '';
  if (!MEDIA_NAME.test(file)) return false;
  const names = [file.replace(MEDIA_NAME, ''), ...segments];
  return names.some((name) => !isGenericName(name) && !GENERIC_FOLDER.test(name));
}
