import { describe, expect, it } from 'vitest';
import { piecesOf, type RichTextOptions } from './rich-text.ts';

const PLAIN: RichTextOptions = { durationS: 7200, times: true, mentions: [] };
const links = (text: string) => piecesOf(text, PLAIN).flatMap((piece) => (piece.kind === 'link' ? [[piece.text, piece.href]] : []));
const times = (text: string, options: Partial<RichTextOptions> = {}) =>
  piecesOf(text, { ...PLAIN, ...options }).flatMap((piece) => (piece.kind === 'time' ? [piece.positionS] : []));

describe('links', () => {
  it('are found in a sentence, and the rest stays text', () => {
    expect(piecesOf('see https://example.com/a, then', PLAIN)).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'link', text: 'https://example.com/a', href: 'https://example.com/a' },
      { kind: 'text', text: ', then' },
    ]);
  });

  it('without a scheme go over TLS', () => {
    expect(links('example.com/watch?v=1')).toEqual([['example.com/watch?v=1', 'https://example.com/watch?v=1']]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,<b>', 'file:///etc/passwd', 'ftp://example.com/a', 'mailto:ana@example.com'])(
    '%s is none',
    (text) => {
      expect(links(text).filter(([, href]) => !/^https?:/.test(href ?? ''))).toEqual([]);
      expect(links(text).map(([shown]) => shown)).not.toContain(text);
    },
  );

  it('lose a name and a password, which make one host look like another', () => {
    expect(links('https://bank.example@evil.example/login')).toEqual([['https://evil.example/login', 'https://evil.example/login']]);
    expect(links('https://user:secret@evil.example/')).toEqual([['https://evil.example/', 'https://evil.example/']]);
  });

  it('show hosts of other scripts as the network knows them', () => {
    expect(links('https://аpple.com/id')).toEqual([['https://xn--pple-43d.com/id', 'https://xn--pple-43d.com/id']]);
  });

  it('HTML is text', () => {
    expect(piecesOf('<img src=x onerror=alert(1)>', PLAIN)).toEqual([{ kind: 'text', text: '<img src=x onerror=alert(1)>' }]);
  });
});

describe('times', () => {
  it.each([
    ['look at 12:34!', [754]],
    ['1:02:03 was great', [3723]],
    ['0:07 and 59:59', [7, 3599]],
    ['from 12:34.', [754]],
    ['100:00', [6000]],
  ])('%s', (text, expected) => expect(times(text)).toEqual(expected));

  it.each(['16:9', '12:345', '1:2:3:4', '12:34:56:78', '192.168.0.1:8080', '5.12:30', '3:99'])('%s is none', (text) =>
    expect(times(text)).toEqual([]),
  );

  it('beyond the length of the video are times of day', () => expect(times('at 20:30', { durationS: 600 })).toEqual([]));
  it('of a video of unknown length may all be meant', () => expect(times('at 20:30', { durationS: null })).toEqual([1230]));
  it('of another video are none', () => expect(times('at 12:34', { times: false })).toEqual([]));
  it('in a link belong to the link', () => expect(times('https://example.com/12:34')).toEqual([]));
});

describe('mentions', () => {
  const mentions = [
    { name: 'Ana', own: true },
    { name: 'Ana Maria', own: false },
  ];
  const named = (text: string) =>
    piecesOf(text, { ...PLAIN, mentions }).flatMap((piece) => (piece.kind === 'mention' ? [[piece.text, piece.own]] : []));

  it('are the longest name that fits', () => {
    expect(named('@ana, and @Ana Maria?')).toEqual([
      ['@ana', true],
      ['@Ana Maria', false],
    ]);
  });

  it('are whole names', () => expect(named('@Anatol, ana@Ana.example')).toEqual([]));
});

it('loses nothing of a text without links', () => {
  const text = 'at 1:00 @Ana said 2:00 @ @@ 3:00:00';
  expect(
    piecesOf(text, { ...PLAIN, mentions: [{ name: 'Ana', own: false }] })
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});
