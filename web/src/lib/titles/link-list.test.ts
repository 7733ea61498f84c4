import { describe, expect, it } from 'vitest';
import { isLinkList, readLinkList } from './link-list.ts';

const PAGE = { protocol: 'https:', host: 'cowatch.example' };
const urls = (text: string) => readLinkList(text, PAGE).links.map(({ media }) => ('url' in media ? media.url : media.titleId));

describe('isLinkList', () => {
  it.each([
    ['https://a.example/1.mp4\nhttps://a.example/2.mp4', true],
    ['https://a.example/1.mp4 https://a.example/2.mp4', true],
    ['1. https://a.example/1.mp4\n2. https://a.example/2.mp4', true],
    ['https://a.example/1.mp4', false],
    ['look at this:\nhttps://a.example/1.mp4\nit is good', false],
    // A mail has broken it.
    ['https://a.example/a-folder-with-a-long-name/another-one-with-a-long-name/\nfilm.mp4', false],
    [
      '<iframe src="https://player.vimeo.com/video/1"></iframe>\n<a href="https://vimeo.com/1">A</a> <a href="https://vimeo.com">V</a>',
      false,
    ],
    ['a film\nanother film', false],
  ])('%j: %s', (text, is) => {
    expect(isLinkList(text)).toBe(is);
  });
});

describe('readLinkList', () => {
  it('takes one link from a line, in their order, each once', () => {
    const text = 'https://a.example/2.mp4\r\n\r\n- youtu.be/dQw4w9WgXcQ\nhttps://a.example/1.mp4\nhttps://a.example/2.mp4\n';
    expect(urls(text)).toEqual(['https://a.example/2.mp4', 'https://youtu.be/dQw4w9WgXcQ', 'https://a.example/1.mp4']);
  });

  it('takes links with spaces or commas between them, and leaves spaces in a link alone', () => {
    expect(urls('https://a.example/1.mp4, https://a.example/2.mp4 https://a.example/3.mp4')).toHaveLength(3);
    expect(urls('https://a.example/a film.mp4')).toEqual(['https://a.example/a%20film.mp4']);
  });

  it('reads an .m3u', () => {
    const text = '#EXTM3U\n#EXTINF:30,A film, the first\nhttps://a.example/1.mp4\n#EXTINF:-1,Other\nhttps://a.example/2.m3u8\n';
    expect(readLinkList(text, PAGE)).toEqual({
      links: [
        { media: { url: 'https://a.example/1.mp4' }, title: 'A film, the first' },
        { media: { url: 'https://a.example/2.m3u8' }, title: 'Other' },
      ],
      refused: [],
    });
  });

  it('says of each line it cannot take why', () => {
    const text =
      'https://a.example/1.mp4\nA film\nhttp://a.example/2.mp4\nhttps://a.example/3.pdf\nhttps://cowatch.example/s/abcdefghijklmnopqrstuv';
    const { links, refused } = readLinkList(text, PAGE);
    expect(links).toHaveLength(1);
    expect(refused.map(({ problem }) => problem)).toEqual(['notALink', 'mixedContent', 'notAVideo', 'notAVideo']);
  });

  it('shortens what it cannot take', () => {
    expect(readLinkList('x'.repeat(500), PAGE).refused[0]?.text).toHaveLength(60);
  });
});
