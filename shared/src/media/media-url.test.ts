import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../docs/vectors/media-url.json' with { type: 'json' };
import { contentIdOf } from './content-id.ts';
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

  it.each([
    '',
    'hello world',
    'javascript:alert(1)',
    'blob:https://x/1',
    'file:///etc/passwd',
    'data:text/html,x',
    'nothing',
  ])('refuses %j with a coded error', (text) => {
    expect(() => parseMediaUrl(text)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

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

describe('[MEDIA1] [MEDIA2] the vectors', () => {
  it.each(vectors.cases)('$what', ({ what: _, input, refused, ...wanted }) => {
    if (refused !== undefined)
      return expect(() => parseMediaUrl(input)).toThrow(expect.objectContaining({ code: refused }));
    const { kind, url, normalizedUrl, startS } = parseMediaUrl(input);
    expect({ id: idOf(input), kind, url, normalizedUrl, startS }).toEqual(wanted);
  });
});

describe('[MEDIA2] contentIdOf', () => {
  it('is the same with whatever says nothing of the medium, in any place of the query', () => {
    const said = fc.constantFrom('utm_source=x', 'FBCLID=a%20b', 't=90', 'start=1', 'si', 'time_continue=', '%74=9');
    const query = fc.webQueryParameters().filter((text) => text !== '' && !/(^|&)(t|start|si)(=|&|$)/i.test(text));
    fc.assert(
      fc.property(
        query,
        fc.array(said, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.webFragments(),
        (kept, more, at, end) => {
          const parts = kept.split('&');
          const place = at % (parts.length + 1);
          const mixed = [...parts.slice(0, place), ...more, ...parts.slice(place)].join('&');
          expect(idOf(`https://a.example/1.mp4?${mixed}#${end}`)).toBe(idOf(`https://a.example/1.mp4?${kept}`));
        },
      ),
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
    const expected = createHash('sha256').update('https://cdn.example/film.mp4?q=1').digest('base64url');
    expect(idOf('HTTPS://CDN.example:443/film.mp4?utm_source=x&q=1&t=90#t=4')).toBe(`url:${expected}`);
  });

  it('tells different files apart and equal ones not', () => {
    expect(idOf('https://a.example/1.mp4')).not.toBe(idOf('https://a.example/2.mp4'));
    expect(idOf('https://youtu.be/dQw4w9WgXcQ?t=30')).toBe(
      idOf('https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1'),
    );
  });
});
