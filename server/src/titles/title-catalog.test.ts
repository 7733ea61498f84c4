import { describe, expect, it } from 'vitest';
import { bundledTitles } from './sample.ts';
import { createTitleCatalog } from './title-catalog.ts';
import { noFacts } from './titles.testing.ts';

const titles = createTitleCatalog([bundledTitles], noFacts);

describe('the title catalog', () => {
  it('knows the bundled clip', async () => {
    expect(await titles.resolve({ titleId: 'sample' })).toEqual({
      media: {
        id: 'title:sample',
        url: '/media/sample.mp4',
        kind: 'file',
        title: 'Cowatch sample',
        durationS: 300,
      },
      startS: 0,
    });
  });

  it('knows no other title', async () => {
    await expect(titles.resolve({ titleId: 'other' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('asks its sources one after the other, and no more once one knows the title', async () => {
    const asked: string[] = [];
    const source = (name: string, known: boolean) => ({
      find: async (titleId: string) => {
        asked.push(name);
        return known ? { id: `title:${titleId}`, url: `/${name}.mp4`, kind: 'file' as const, title: name, durationS: null } : null;
      },
    });
    const { media } = await createTitleCatalog([source('first', false), source('second', true), source('third', true)], noFacts).resolve({
      titleId: 'x',
    });
    expect(media.url).toBe('/second.mp4');
    expect(asked).toEqual(['first', 'second']);
  });

  it('reads an address, and where it asks to begin', async () => {
    expect(await titles.resolve({ url: 'https://youtu.be/aqz-KE-bpKQ?t=90' })).toEqual({
      media: {
        id: 'yt:aqz-KE-bpKQ',
        url: 'https://www.youtube.com/watch?v=aqz-KE-bpKQ',
        kind: 'youtube',
        title: null,
        durationS: null,
      },
      startS: 90,
    });
  });

  it('refuses what is no address', async () => {
    for (const url of ['javascript:alert(1)', 'not a link', 'file:///etc/passwd']) {
      await expect(titles.resolve({ url })).rejects.toMatchObject({ code: 'bad_request' });
    }
  });
});
