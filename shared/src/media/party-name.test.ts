import { describe, expect, it } from 'vitest';
import { MEDIA_URL_MAX_CHARS, SESSION_NAME_MAX_CHARS } from '../protocol/index.ts';
import { parseMediaUrl } from './media-url.ts';
import { isPartyNameOf, partyNameFor } from './party-name.ts';

const mediaOf = (address: string) => ({ url: parseMediaUrl(address).url, title: null });
const nameOf = (address: string) => partyNameFor(mediaOf(address));

describe('[ACC10] the name of a party that nobody has named', () => {
  it('is the title, the service, the file or the host', () => {
    expect(partyNameFor({ url: '/media/sample.mp4', title: 'Cowatch sample' })).toBe('Cowatch sample');
    expect(nameOf('https://youtu.be/aqz-KE-bpKQ')).toBe('YouTube party');
    expect(nameOf('https://a.example/films/The.Long.Way.Home.2024.1080p.WEB-DL.mkv?x=1')).toBe('The Long Way Home (2024)');
    expect(nameOf('https://a.example/live/index.m3u8')).toBe('a.example');
    expect(nameOf('https://a.example/')).toBe('a.example');
    expect(nameOf('https://a.example/VID_20240101_120000.mp4')).toBe('Watch party');
  });

  it('is short and visible whatever the address is', () => {
    const long = `https://a.example/${'🎬'.repeat(300)}.mp4`.slice(0, MEDIA_URL_MAX_CHARS);
    expect(nameOf(long)).toBe('🎬'.repeat(SESSION_NAME_MAX_CHARS));
    expect(nameOf('https://a.example/%00%01.mp4')).toBe('a.example');
  });

  it('is known again, also as names were made before', () => {
    const media = mediaOf('https://a.example/films/The.Long.Way.Home.2024.1080p.mkv');
    expect(isPartyNameOf(media, 'The Long Way Home (2024)')).toBe(true);
    expect(isPartyNameOf(media, 'The.Long.Way.Home.2024.1080p')).toBe(true);
    expect(isPartyNameOf(media, 'Friday film')).toBe(false);
    expect(isPartyNameOf(mediaOf('https://a.example/film/index.m3u8'), 'index')).toBe(true);
  });
});
