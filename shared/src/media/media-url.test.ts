import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../docs/vectors/media-url.json' with { type: 'json' };
import { contentIdOf } from './content-id.ts';
import { currentContentId, formerContentIds } from './former-content-ids.ts';
import { parseMediaUrl } from './media-url.ts';

const idOf = (text: string) => contentIdOf(parseMediaUrl(text));

describe('parseMediaUrl', () => {
  it.each([
    ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'youtube', 'yt:dQw4w9WgXcQ', 0],
    ['https://youtu.be/dQw4w9WgXcQ?t=30', 'youtube', 'yt:dQw4w9WgXcQ', 30],
    ['youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=1m5s', 'youtube', 'yt:dQw4w9WgXcQ', 65],
    ['https://m.youtube.com/shorts/dQw4w9WgXcQ', 'youtube', 'yt:dQw4w9WgXcQ', 0],
    ['https://vimeo.com/148751763', 'vimeo', 'vimeo:148751763', 0],
    ['https://player.vimeo.com/video/148751763?h=abcdef1234', 'vimeo', 'vimeo:148751763', 0],
    ['https://www.twitch.tv/videos/106400740', 'twitch', 'twitch:106400740', 0],
    ['https://twitch.tv/Monstercat', 'twitch', 'twitch:monstercat', 0],
    ['https://home.wistia.com/medias/bb1rlq8zwu', 'wistia', 'wistia:bb1rlq8zwu', 0],
    ['https://www.tiktok.com/@x/video/7321', 'tiktok', 'tiktok:7321', 0],
  ])('%s is %s %s', (text, kind, serviceId, startS) => {
    expect(parseMediaUrl(text)).toMatchObject({ kind, serviceId, startS });
  });

  it.each([
    ['https://cdn.example/a/film.mp4?token=1', 'file'],
    ['https://cdn.example/live/master.M3U8', 'hls'],
    ['https://cdn.example/vod/manifest.mpd?x=1', 'dash'],
    ['http://192.168.1.4:8080/film.webm', 'file'],
    ['nas.example:8080/film.mkv', 'file'],
  ])('%s is a %s', (text, kind) => {
    expect(parseMediaUrl(text).kind).toBe(kind);
  });

  it.each(['', 'hello world', 'javascript:alert(1)', 'blob:https://x/1', 'file:///etc/passwd', 'data:text/html,x', 'nothing'])(
    'refuses %j with a coded error',
    (text) => {
      expect(() => parseMediaUrl(text)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    },
  );

  it('refuses service links that name no video', () => {
    for (const text of ['https://www.youtube.com/feed', 'https://vimeo.com/about', 'https://twitch.tv/'])
      expect(() => parseMediaUrl(text)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  it('never throws anything but a coded error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withFragments: true, withQueryParameters: true })), (text) => {
        try {
          const parsed = parseMediaUrl(text);
          expect(parsed.startS).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'CodedError', code: 'bad_request' });
        }
      }),
    );
  });
});

describe('[MEDIA1] [MEDIA2] [MEDIA6] [MEDIA7] the vectors', () => {
  it.each(vectors.cases)('$what', ({ what: _, input, refused, ...wanted }) => {
    if (refused !== undefined) return expect(() => parseMediaUrl(input)).toThrow(expect.objectContaining({ code: refused }));
    const { kind, url, normalizedUrl, startS } = parseMediaUrl(input);
    expect({ id: idOf(input), kind, url, normalizedUrl, startS }).toEqual(wanted);
  });
});

describe('[MEDIA2] contentIdOf', () => {
  it('is never the same for two addresses that differ in more than a fragment', () => {
    const parameter = fc.tuple(
      fc.constantFrom('t', 'start', 'time_continue', 'si', 'feature', 'utm_source', 'fbclid', 'id', 'v', 'token', 'sig', 'e'),
      fc.constantFrom('', '1', '90', '1699999999', 'a%20b', 'A'),
    );
    const query = fc.array(parameter, { maxLength: 3 }).map((all) => all.map((one) => one.join('=')).join('&'));
    const path = fc.constantFrom('/watch', '/play.php', '/live/index.m3u8', '/a/1.mp4', '/a/2.mp4', '/video.mp4');
    // A token beside the name of a file only lets somebody in.
    const isToken = (address: string) => /\.mp4\?.*token=/.test(address) && !address.includes('/video.mp4');
    const address = fc.tuple(path, query).map(([where, what]) => `https://cdn.example${where}${what ? `?${what}` : ''}`);
    fc.assert(
      fc.property(address, address, fc.webFragments(), (a, b, fragment) => {
        fc.pre(!isToken(a) && !isToken(b));
        expect(idOf(a) === idOf(`${b}#${fragment}`)).toBe(a === b);
      }),
      { numRuns: 2000 },
    );
  });

  it('is never the same for two addresses of any kind', () => {
    const url = fc.webUrl({ withQueryParameters: true });
    fc.assert(
      fc.property(url, url, (a, b) => {
        expect(idOf(a) === idOf(b)).toBe(new URL(a).href === new URL(b).href);
      }),
    );
  });

  it('is read the same again from the address that is handed to the player, and from the normalised one', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
        const { url, normalizedUrl } = parseMediaUrl(text);
        expect([idOf(url), idOf(normalizedUrl)]).toEqual([idOf(text), idOf(text)]);
      }),
    );
  });

  it('is the base64url SHA-256 of the normalised address', () => {
    const expected = createHash('sha256').update('https://cdn.example/film.mp4?q=1&t=90').digest('base64url');
    expect(idOf('HTTPS://CDN.example:443/film.mp4?q=1&t=90#t=4')).toBe(`url:${expected}`);
  });

  it('tells different files apart and equal ones not', () => {
    expect(idOf('https://a.example/1.mp4')).not.toBe(idOf('https://a.example/2.mp4'));
    expect(idOf('https://youtu.be/dQw4w9WgXcQ?t=30')).toBe(idOf('https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1'));
  });
});

describe('[MEDIA7] signed links', () => {
  const film = 'https://cdn.example/films/a.mp4';
  it.each([
    ['S3', 'X-Amz-Algorithm=A&X-Amz-Date=1&X-Amz-Signature=a', 'x-amz-date=2&X-Amz-Security-Token=t&x-amz-signature=b'],
    ['S3, version 2', 'AWSAccessKeyId=a&Expires=1&Signature=b', 'AWSAccessKeyId=c&Expires=2&Signature=d'],
    ['CloudFront', 'Expires=1&Signature=a&Key-Pair-Id=K', 'Policy=p&Signature=b&Key-Pair-Id=K2'],
    ['Google', 'X-Goog-Signature=a&X-Goog-Date=1', 'GoogleAccessId=a&Expires=1&Signature=b'],
    ['Azure', 'sv=1&se=2&sp=r&sig=3', 'sv=2&si=policy&sr=b&sig=4'],
    ['Akamai', 'hdnea=exp=1~acl=/*~hmac=aa', '__token__=exp=2~hmac=bb'],
    ['Cloudflare', 'verify=1700000000-ab%2Bcdefghijklmnopqrstu%3D', 'verify=1700000001-bbcdefghijklmnopqrstuvw'],
    ['nginx', 'md5=_e4Nc3iduzkWRm01TBBNYw&expires=1700000000', 'st=_e4Nc3iduzkWRm01TBBNYw&e=1700000000'],
    ['BunnyCDN', 'token=_e4Nc3iduzkWRm01TBBNYw&expires=1700000000', 'token=xe4Nc3iduzkWRm01TBBNYw&expires=1700000009'],
    ['tokens', 'token=abc', 'access_token=d.e.f'],
    ['media servers', 'api_key=abc', 'X-Plex-Token=def'],
    ['Alibaba Cloud', 'OSSAccessKeyId=a&Expires=1&Signature=b', 'x-oss-signature=a&x-oss-date=2'],
    ['Tencent Cloud', 'q-ak=1&q-sign-time=1%3B2&q-signature=a', 'q-ak=1&q-sign-time=3%3B4&q-signature=b'],
    ['Discord', `ex=65000000&is=64000000&hm=${'a'.repeat(64)}&`, `ex=65000001&is=64000001&hm=${'b'.repeat(64)}`],
  ])('%s: the same content as without, and what names it stays', (_, one, other) => {
    expect([idOf(`${film}?${one}`), idOf(`${film}?${other}`)]).toEqual([idOf(film), idOf(film)]);
    expect(idOf(`${film}?id=1&${one}`)).toBe(idOf(`${film}?id=1`));
    expect(idOf(`${film}?id=1&${one}`)).not.toBe(idOf(`${film}?id=2&${one}`));
    expect(idOf(`${film}?${one}`)).not.toBe(idOf(`https://cdn.example/films/b.mp4?${one}`));
  });

  it('may stand in the path', () => {
    const plain = idOf('https://vz.example/abc/playlist.m3u8');
    for (const signature of ['bcdn_token=HS256-a_-&expires=1700000000&token_path=%2Fabc%2F', 'hdntl=exp=1~acl=/*~hmac=ab'])
      expect(idOf(`https://vz.example/${signature}/abc/playlist.m3u8`)).toBe(plain);
  });

  it('takes nothing for a signature that may name the medium', () => {
    for (const query of [
      'token=a',
      'token=_e4Nc3iduzkWRm01TBBNYw&expires=1700000000',
      'md5=_e4Nc3iduzkWRm01TBBNYw&expires=1700000000',
      'st=_e4Nc3iduzkWRm01TBBNYw&e=1700000000',
      'verify=1700000000-abcdefghijklmnopqrstuvw',
      'api_key=a',
      'signature=a',
      'sig=a',
      'md5=a&expires=1',
      'e=1',
      'expires=1',
      'hdnea=1',
      'verify=1',
      'st=1&e=2',
    ])
      for (const path of ['play', 'play.php', 'video.mp4', 'live/master.m3u8', 'proxy/stream.m3u8'])
        expect([query, path, idOf(`https://cdn.example/${path}?${query}`)]).not.toEqual([query, path, idOf(`https://cdn.example/${path}`)]);
  });
});

describe('[MEDIA8] ids of before', () => {
  const formerOf = (text: string) => formerContentIds(idOf(text), parseMediaUrl(text).url);
  const url = 'https://cdn.example/watch?id=1&t=90&utm_source=x';

  it('are found for addresses that had another one', () => {
    const former = createHash('sha256').update('https://cdn.example/watch?id=1').digest('base64url');
    expect(formerOf(url)).toEqual([`url:${former}`]);
    expect(formerOf('https://cdn.example/watch?id=1')).toEqual([]);
    expect(formerOf('https://youtu.be/aqz-KE-bpKQ?t=90')).toEqual([]);
    const signed = createHash('sha256').update('https://cdn.example/films/a.mp4?token=x').digest('base64url');
    expect(formerOf('https://cdn.example/films/a.mp4?token=x')).toEqual([`url:${signed}`]);
    expect(formerContentIds('title:sample', '/media/sample.mp4')).toEqual([]);
  });

  it('lead to the id of today by the address that was kept with them', () => {
    expect(currentContentId(formerOf(url)[0] ?? '', url)).toBe(idOf(url));
    expect(currentContentId('yt:aqz-KE-bpKQ', 'https://youtu.be/x')).toBe('yt:aqz-KE-bpKQ');
    expect(currentContentId('url:abc', undefined)).toBe('url:abc');
    expect(currentContentId('url:abc', 'not an address')).toBe('url:abc');
    expect(currentContentId('jellyfin:1', url)).toBe('jellyfin:1');
  });
});
