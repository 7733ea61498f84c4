import { describe, expect, it } from 'vitest';
import { mediaNameFromUrl, mediaRefOf } from './media-ref.ts';

describe('mediaRefOf', () => {
  it('asks for a title of this server by its id and for everything else by its address', () => {
    expect(mediaRefOf({ id: 'title:sample', url: '/media/sample.mp4' })).toEqual({ titleId: 'sample' });
    expect(mediaRefOf({ id: 'yt:x', url: 'https://youtu.be/x' })).toEqual({ url: 'https://youtu.be/x' });
  });
});

describe('mediaNameFromUrl', () => {
  it.each([
    ['https://cdn.example/films/Big_Buck-Bunny.mp4?t=1', 'Big Buck Bunny'],
    ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'youtube.com'],
    ['https://cdn.example/v/83f0a1.mp4', 'cdn.example'],
    ['https://cdn.example/caf%C3%A9%20noir.webm', 'café noir'],
    ['https://cdn.example/%E0%A4%A', 'https://cdn.example/%E0%A4%A'],
  ])('%s is called %s', (url, name) => {
    expect(mediaNameFromUrl(url)).toBe(name);
  });
});
