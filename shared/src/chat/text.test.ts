import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMBINING_MARKS_MAX } from './chat.constants.ts';
import { cleanChatText, fitsChatLine, graphemesOf, utf8BytesOf } from './text.ts';

/** Characters that make trouble, and some that make none. */
const PIECES = [
  ...'a b\t\n\r\u0000\u0007\u007f\u0085\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e',
  ...'\u2060\u2063\u2066\u2067\u2068\u2069\u206f\ufeff\ufff9\u0301\u0308\u0323\u0327\u05b0\u05b8\u05c1\u0e31\u0e48\u093f\u094d\u1ab0\u20d0\ufe0f\ufe0e',
  ...'éשנḍ한가क👍🏽👨🏴🇩\u{e0001}\u{e0067}\u{e0062}\u{e007f}\u{e0100}\u{1d167}\u3000\u00a0',
  '\ud800',
  '\udc00',
  '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
];
const nasty = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 60 })
  .map((all) => all.join(''));

/** What nobody may send into the text of others. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;

describe('[CHAT2] the text of a line', () => {
  it('has no character that is not seen or turns text round, whatever came', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(cleanChatText(text)).not.toMatch(FORBIDDEN);
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same when it is cleaned again, normalised and trimmed', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const clean = cleanChatText(text);
        expect(cleanChatText(clean)).toBe(clean);
        expect(clean.normalize('NFC')).toBe(clean);
        expect(clean.trim()).toBe(clean);
        expect(clean).not.toMatch(/\s{2}/u);
      }),
      { numRuns: 2000 },
    );
  });

  it('has no more marks on a base than writing has', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const run = cleanChatText(text).replace(/[\u200c\u200d]/gu, '');
        expect(run).not.toMatch(new RegExp(`\\p{M}{${COMBINING_MARKS_MAX + 1}}`, 'u'));
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves writing as it is: scripts, joiners, emoji of many parts, flags', () => {
    const texts = [
      'Grüße aus Zürich',
      'שָׁלוֹם עֲלֵיכֶם',
      'بِسْمِ ٱللَّهِ',
      'می‌خواهم',
      'क्षत्रिय',
      'ที่นี่',
      '안녕하세요',
      '你好，世界',
      '👨‍👩‍👧‍👦 👍🏽 ❤️ 🏳️‍🌈 🇩🇪 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
      'a < b && c > "d" <script>alert(1)</script>',
      'naïve café — “quoted”…',
    ];
    for (const text of texts) expect(cleanChatText(text.normalize('NFC'))).toBe(text.normalize('NFC'));
  });

  it('loses towers, overrides and what hides in between', () => {
    expect(cleanChatText(`a${'\u0301\u0302'.repeat(50)}`)).toMatch(/^\p{L}\p{M}{3,4}$/u);
    expect(cleanChatText(`a${'\u200d\u0323'.repeat(50)}b`).replace(/\u200d/g, '').length).toBeLessThanOrEqual(6);
    expect(cleanChatText('ad\u202emin\u200b\u2066!')).toBe('admin!');
    expect(cleanChatText('e\u200b\u0301')).toBe('é');
    expect(cleanChatText('tag\u{e0061}\u{e0062}ged')).toBe('tagged');
    expect(cleanChatText(' one\r\ntwo\u2028three ')).toBe('one two three');
  });

  it('is measured in graphemes and bytes', () => {
    expect([graphemesOf('👨‍👩‍👧‍👦é'), utf8BytesOf('aé€👍')]).toEqual([2, 10]);
    expect([fitsChatLine('x'.repeat(500)), fitsChatLine('x'.repeat(501))]).toEqual([true, false]);
    expect([fitsChatLine('€'.repeat(682)), fitsChatLine('€'.repeat(683))]).toEqual([false, false]);
    expect([fitsChatLine('👨‍👩‍👧‍👦'.repeat(81)), fitsChatLine('👨‍👩‍👧‍👦'.repeat(82))]).toEqual([true, false]);
    expect(fitsChatLine('é'.normalize('NFD').repeat(500))).toBe(true);
    fc.assert(
      fc.property(nasty, (text) => {
        const clean = cleanChatText(text).repeat(12);
        expect(fitsChatLine(clean)).toBe(graphemesOf(clean) <= 500 && utf8BytesOf(clean) <= 2048);
      }),
    );
  });
});
