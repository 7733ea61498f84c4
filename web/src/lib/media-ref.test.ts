import { describe, expect, it } from 'vitest';
import { mediaRefOf } from './media-ref.ts';

describe('mediaRefOf', () => {
  it('asks for a title of this server by its id and for everything else by its address', () => {
    expect(mediaRefOf({ id: 'title:sample', url: '/media/sample.mp4' })).toEqual({ titleId: 'sample' });
    expect(mediaRefOf({ id: 'yt:x', url: 'https://youtu.be/x' })).toEqual({ url: 'https://youtu.be/x' });
  });
});
