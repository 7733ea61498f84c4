import { describe, expect, it } from 'vitest';
import vectors from '../../../../docs/vectors/media-url.json' with { type: 'json' };
import { checkVideoLink } from './video-link.ts';

const SECURE = { protocol: 'https:', host: 'cowatch.example' };
const PLAIN = { protocol: 'http:', host: 'living-room:3000' };
const PARTY_ID = 'abcdefghijklmnopqrstuv';

describe('checkVideoLink', () => {
  it('[MEDIA1] takes what the vectors take, as what they say it is, and refuses what they refuse', () => {
    for (const { what, input, kind, url, refused } of vectors.cases) {
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

  it('looks at programs instead of refusing them', () => {
    for (const link of ['https://cdn.example/watch.php?id=1', 'https://cdn.example/get.aspx?f=2', 'cdn.example/v/12'])
      expect(checkVideoLink(link, SECURE)).toMatchObject({ kind: 'video', certain: false });
  });

  it('takes machines at home, where the page may ask them', () => {
    expect(checkVideoLink('nas:4320/f/a.mp4', PLAIN)).toMatchObject({ kind: 'video', url: 'http://nas:4320/f/a.mp4' });
    expect(checkVideoLink('nas:4320/f/a.mp4', SECURE)).toMatchObject({ kind: 'problem', problem: 'mixedContent' });
  });

  it('asks the server for the link with the start that it names', () => {
    expect(checkVideoLink('look: https://youtu.be/dQw4w9WgXcQ?t=90', SECURE)).toMatchObject({
      address: 'https://youtu.be/dQw4w9WgXcQ?t=90',
      url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
    });
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
    ['holiday.mp4', 'onDevice'],
    ['https://blog.example/post.html', 'notAVideo'],
    ['https://clips.twitch.tv/AwkwardSalamander', 'clip'],
    ['https://archive.org/details/film', 'filePage'],
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
    expect(checkVideoLink(`Watch with me: https://cowatch.example/s/${PARTY_ID}.`, SECURE).kind).toBe('party');
    expect(checkVideoLink(`https://other.example/s/${PARTY_ID}`, SECURE).kind).not.toBe('party');
  });
});
