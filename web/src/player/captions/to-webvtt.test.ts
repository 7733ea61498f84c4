import fc from 'fast-check';
import { parseText } from 'media-captions';
import { describe, expect, it } from 'vitest';
import { languageInName } from './language-in-name.ts';
import { parseSubtitles } from './subtitle-file.ts';
import { toWebVtt } from './to-webvtt.ts';

const fileOf = async (name: string, text: string) => {
  const reading = await parseSubtitles(name, text);
  if (!reading.ok) throw new Error(reading.fault);
  return reading.file;
};

describe('a subtitle file as WebVTT', () => {
  it('is left alone where it is', async () => {
    const text = 'WEBVTT Kind: captions\n\nNOTE hi\n\n1\n00:01.000 --> 00:02.000 align:start\nHello\n';
    expect(toWebVtt(await fileOf('a.vtt', text))).toBe(text);
  });

  it('has the cues of an SRT, with what they ask to be at the top', async () => {
    const srt = '1\n00:00:01,500 --> 01:02:03,004\n<i>One</i>\ntwo & three\n\n2\n00:00:05,000 --> 00:00:06,000\n{\\an8}Up\n';
    expect(toWebVtt(await fileOf('a.srt', srt))).toBe(
      'WEBVTT\n\n00:00:01.500 --> 01:02:03.004\n<i>One</i>\ntwo & three\n\n00:00:05.000 --> 00:00:06.000 line:0\nUp\n',
    );
  });

  it('reads the same, whatever the cues are', async () => {
    const cue = fc.record({
      startTime: fc.integer({ min: 0, max: 36_000_000 }),
      lengthMs: fc.integer({ min: 1, max: 10_000 }),
      text: fc.stringMatching(/^[a-z&><\- \n]{0,30}[a-z]$/),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cue, { minLength: 1, maxLength: 10 }), async (made) => {
        const cues = made.map(({ startTime, lengthMs, text }) => ({
          startTime: startTime / 1000,
          endTime: (startTime + lengthMs) / 1000,
          text,
        }));
        const vtt = toWebVtt({ text: '', cues: cues as unknown as TextTrackCue[] });
        const read = await parseText(vtt, { type: 'vtt', errors: false });
        const timesOf = (all: readonly { startTime: number; endTime: number }[]) =>
          all.map(({ startTime, endTime }) => [startTime, endTime].map((seconds) => Math.round(seconds * 1000)));
        expect(timesOf(read.cues)).toEqual(timesOf(cues));
      }),
    );
  });
});

describe('the language in the name of a file', () => {
  it.each([
    ['Film.2024.en', 'en', 'English'],
    ['Film.2024.eng.sdh', 'eng', 'English'],
    ['Film.pt-BR', 'pt-BR', 'Brazilian Portuguese'],
    ['film_de', 'de', 'German'],
    ['Film.en.hi', 'en', 'English'],
    ['The.Long.Way.Home.2024.1080p.WEB-DL.x264', null, 'The.Long.Way.Home.2024.1080p.WEB-DL.x264'],
    ['subs', null, 'subs'],
  ])('%s', (name, language, label) => {
    expect(languageInName(name, 'en')).toEqual({ language, label });
  });
});
