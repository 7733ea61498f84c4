import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexOffsetOf, readMediaHead } from './media-head.ts';

const bytes = (...parts: (string | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)));
const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
/** A box of an MP4 with this much in it. */
const box = (name: string, length: number) => [...u32(length + 8), ...bytes(name), ...new Array(length).fill(0)];
const track = (codec: string) => [...bytes('stsd', [0, 0, 0, 0], u32(1), u32(80), codec)];

describe('readMediaHead', () => {
  it.each([
    ['\ufeff#EXTM3U\n#EXT-X-VERSION:3\n', 'hls'],
    ['\n#EXTM3U', 'hls'],
    ['<?xml version="1.0"?>\n<!-- made by x -->\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">', 'dash'],
    ['  <!DOCTYPE html><title>Sign in</title>', 'page'],
    ['<html lang="en">', 'page'],
    ['<h1>404</h1>', 'page'],
    ['{"error":"gone"}', 'other'],
    ['Not found', 'other'],
    ['', 'other'],
    ['ID3\x04rest', 'file'],
    ['OggS', 'file'],
    ['%PDF-1.7', 'other'],
    ['\x89PNG\r\n', 'other'],
  ])('%j is %s', (text, what) => {
    const head = text.startsWith('\ufeff') ? bytes([0xef, 0xbb, 0xbf], text.slice(1)) : bytes(text);
    expect(readMediaHead(head).what).toBe(what);
  });

  it('names the codecs of an MP4, also where its index goes on behind what was read', () => {
    const head = bytes(box('ftyp', 16), u32(9_000_000), 'moov', track('hvc1'), track('ac-3'));
    expect(readMediaHead(head)).toEqual({ what: 'file', codecs: ['hvc1', 'ac-3'], foreign: null });
  });

  it('names the codecs of a Matroska file', () => {
    const head = bytes('\x1aE\xdf\xa3....\x86\x87V_MPEG2....\x86\x85A_DTS');
    expect(readMediaHead(head)).toEqual({ what: 'file', codecs: ['V_MPEG2', 'A_DTS'], foreign: null });
  });

  it('names the containers that no browser reads', () => {
    expect(readMediaHead(bytes('RIFF\x00\x00\x00\x00AVI LIST'))).toMatchObject({ what: 'file', foreign: 'AVI' });
    expect(readMediaHead(bytes('RIFF\x00\x00\x00\x00WAVEfmt '))).toMatchObject({ what: 'file', foreign: null });
    expect(readMediaHead(bytes('FLV\x01'))).toMatchObject({ foreign: 'Flash' });
  });

  it('takes no longer for what was made to last', () => {
    const open = bytes('<!---->'.repeat(140), '<x');
    expect(readMediaHead(open).what).toBe('page');
    for (const text of ['stsd', '\x1aE\xdf\xa3\x86', '<!--', '<?xml', ' '])
      expect(readMediaHead(bytes(text.repeat(10_000))).codecs).toEqual([]);
  });

  it('takes nothing for a codec that is no name', () => {
    const head = bytes(box('ftyp', 16), u32(9_000_000), 'moov', track('    '), track('<b>"'), track('.mp3'));
    expect(readMediaHead(head).codecs).toEqual(['.mp3']);
  });

  it('takes anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (any) => {
        expect(readMediaHead(any).codecs.length).toBeLessThanOrEqual(8);
        const offset = indexOffsetOf(any);
        if (offset !== null) expect(offset).toBeGreaterThan(0);
      }),
    );
  });
});

describe('indexOffsetOf', () => {
  it('is where the pictures end, where they come first', () => {
    const head = bytes(box('ftyp', 16), box('free', 0), u32(5_000_000), 'mdat', new Array(100).fill(1));
    expect(indexOffsetOf(head)).toBe(24 + 8 + 5_000_000);
    const long = bytes(box('ftyp', 16), u32(1), 'mdat', [0, 0, 0, 1], u32(16), new Array(100).fill(1));
    expect(indexOffsetOf(long)).toBe(24 + 2 ** 32 + 16);
  });

  it('is not asked for where the index comes first, where the length is open, or of other files', () => {
    expect(indexOffsetOf(bytes(box('ftyp', 16), u32(5000), 'moov', new Array(50).fill(0)))).toBeNull();
    expect(indexOffsetOf(bytes(box('ftyp', 16), u32(0), 'mdat', new Array(50).fill(0)))).toBeNull();
    expect(indexOffsetOf(bytes('\x1aE\xdf\xa3', new Array(50).fill(0)))).toBeNull();
  });
});
