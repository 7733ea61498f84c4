import { describe, expect, it } from 'vitest';
import { mediaRefOf } from './media-ref.ts';

describe('mediaRefOf', () => {
  it('asks for a title of this server by its id and for everything else by its address', () => {
    expect(mediaRefOf({ id: 'title:sample', url: '/media/sample.mp4', kind: 'file' })).toEqual({ titleId: 'sample' });
    const youtube = 'https://www.youtube.com/watch?v=aqz-KE-bpKQ';
    expect(mediaRefOf({ id: 'yt:aqz-KE-bpKQ', url: youtube, kind: 'youtube' })).toEqual({ url: youtube });
  });

  it('says what an address serves where the address does not', () => {
    const url = 'https://a.example/get.php?id=7';
    expect(mediaRefOf({ id: 'url:x', url, kind: 'file' })).toEqual({ url });
    expect(mediaRefOf({ id: 'url:x', url, kind: 'hls' })).toEqual({ url, kind: 'hls' });
    expect(mediaRefOf({ id: 'url:y', url: 'https://a.example/a.m3u8', kind: 'hls' })).toEqual({
      url: 'https://a.example/a.m3u8',
    });
  });
});
