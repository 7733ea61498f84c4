import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableTitle, titleOfMedia } from './readable-title.ts';

describe('readableTitle', () => {
  it.each([
    // Releases.
    ['The.Long.Way.Home.2024.1080p.WEB-DL.x264.mp4', 'The Long Way Home (2024)'],
    ['The.Long.Way.Home.2024.GERMAN.DL.1080p.BluRay.x265-GROUP.mkv', 'The Long Way Home (2024)'],
    ['The.Long.Way.Home.1080p.WEB-DL.DDP5.1.H.264.mkv', 'The Long Way Home'],
    ['The Long Way Home (2024) [1080p] [BluRay] [5.1].mp4', 'The Long Way Home (2024)'],
    ['The_Long_Way_Home_(2024)_720p.mp4', 'The Long Way Home (2024)'],
    ['The+Long+Way+Home+2024+2160p.mkv', 'The Long Way Home (2024)'],
    ['the-long-way-home.mp4', 'The Long Way Home'],
    ['2001.A.Space.Odyssey.1968.1080p.mkv', '2001 A Space Odyssey (1968)'],
    ['2001 A Space Odyssey (1968).mkv', '2001 A Space Odyssey (1968)'],
    ['Blade.Runner.2049.2017.2160p.UHD.BluRay.mkv', 'Blade Runner 2049 (2017)'],
    ['Blade.Runner.2049.1080p.mkv', 'Blade Runner 2049'],
    ['Blade Runner 2049.mp4', 'Blade Runner 2049'],
    ['1917.2019.1080p.mkv', '1917 (2019)'],
    ['2012.1080p.BluRay.mkv', '2012'],
    ['Spider-Man.No.Way.Home.2021.HDRip.XviD.avi', 'Spider-Man No Way Home (2021)'],
    ['S.W.A.T.2003.DVDRip.avi', 'S.W.A.T. (2003)'],
    ['E.T.the.Extra-Terrestrial.1982.1080p.mkv', 'E.T. the Extra-Terrestrial (1982)'],
    ['Mr. Nobody 2009 1080p.mkv', 'Mr. Nobody (2009)'],
    ['Planet.Earth.2006.Pole.To.Pole.1080p.mkv', 'Planet Earth (2006) Pole To Pole'],
    ['Film (2010) {imdb-tt1375666}.mkv', 'Film (2010)'],
    ['Film (2010) It’s here.mp4', 'Film (2010) It’s here'],
    ['[SubsGroup] Kaze no Uta - 05 (1080p) [ABCD1234].mkv', 'Kaze no Uta - 05'],
    ['【字幕组】東京物語 1953 1080p.mkv', '東京物語 (1953)'],
    ['Сталкер.1979.1080p.BluRay.mkv', 'Сталкер (1979)'],
    ['Our garden in 4K.mp4', 'Our garden in 4K'],
    ['Drone.4K.mp4', 'Drone'],
    ['Dune Part 2 4K HDR Atmos.mkv', 'Dune Part 2'],
    ['Dune (2021) 4K.mkv', 'Dune (2021)'],
    ['Drone.4K.HDR.Atmos.mp4', 'Drone'],
    ['The.French.Dispatch.2021.1080p.mkv', 'The French Dispatch (2021)'],
    ['The.Italian.Job.1969.720p.BluRay.mkv', 'The Italian Job (1969)'],
    ["Charlotte's.Web.2006.1080p.WEB-DL.mkv", "Charlotte's Web (2006)"],
    ['Show.S01E01.The.French.Connection.German.1080p.mkv', 'Show · S1 E1 · The French Connection'],
    ['Long.Way.1974.REMASTERED.mkv', 'Long Way (1974)'],
    ['The.Web.mkv', 'The Web'],
    ['Dolby.Atmos.mkv', 'Dolby Atmos'],
    ['Learn HDR.mp4', 'Learn HDR'],
    ['[REC].2007.mkv', '[REC] (2007)'],
    ['[ www.site.example ] - The.Movie.2020.mkv', 'The Movie (2020)'],
    ['9-1-1.S01E01.mkv', '9-1-1 · S1 E1'],
    ['Big.Buck.Bunny.2008.mp4', 'Big Buck Bunny (2008)'],
    ['Never gonna give you up [dQw4w9WgXcQ].webm', 'Never gonna give you up'],
    // Episodes.
    ['The.Office.S01E02.720p.WEB.x264-GRP.mkv', 'The Office · S1 E2'],
    ['The.Office.US.S03E07.Branch.Closing.1080p.mkv', 'The Office US · S3 E7 · Branch Closing'],
    ['the.office.s01e02.mkv', 'The Office · S1 E2'],
    ['Show (2019) - S02E10 - The End.mkv', 'Show (2019) · S2 E10 · The End'],
    ['Show 1x05 Name.mkv', 'Show · S1 E5 · Name'],
    ['Show.S01E01E02.mkv', 'Show · S1 E1–2'],
    ['S01E02.mkv', 'S1 E2'],
    // Cameras.
    ['IMG_1234.MOV', 'Recording 1234'],
    ['DSC01234.MP4', 'Recording 01234'],
    ['VID_20240101_120000.mp4', 'Recording of 2024-01-01'],
    ['PXL_20240131_101010123.mp4', 'Recording of 2024-01-31'],
    ['20240101_123456.mp4', 'Recording of 2024-01-01'],
    ['VID-20240101-WA0003.mp4', 'Recording of 2024-01-01'],
    ['WhatsApp Video 2024-01-01 at 12.00.00.mp4', 'Recording of 2024-01-01'],
    ['2024-01-01 12-30-00.mkv', 'Recording of 2024-01-01'],
    // Names that read well.
    ['Film (2010) It’s here', 'Film (2010) It’s here'],
    ['Cowatch sample', 'Cowatch sample'],
    ['Dune: Part Two', 'Dune: Part Two'],
    ['Nr. 5 lebt!', 'Nr. 5 lebt!'],
  ])('%s is %s', (name, title) => {
    expect(readableTitle(name)).toBe(title);
  });

  it.each([
    ['https://cdn.example/films/The.Long.Way.Home.2024.1080p.WEB-DL.x264.mp4?token=1', 'The Long Way Home (2024)'],
    ["https://cdn.example/Film%20(2010)%20It's%20here.mp4", "Film (2010) It's here"],
    ['https://cdn.example/films/Big_Buck_Bunny.mp4', 'Big Buck Bunny'],
    ['https://cdn.example/films/The%20Long%20Way/master.m3u8', 'The Long Way'],
    ['https://cdn.example/the-long-way/hls/1080p/index.m3u8', 'The Long Way'],
    ['https://cdn.example/evening.ism/manifest.mpd', 'Evening'],
    ['https://cdn.example/evening.ism/manifest(format=m3u8-aapl)', 'Evening'],
    ['https://cdn.example/vod/mp4:evening.mp4/playlist.m3u8', 'Evening'],
    ['https://cdn.example/vod/smil:evening.smil/playlist.m3u8', 'Evening'],
    ['https://cdn.example/evening/1080p/chunklist_b5000000.m3u8', 'Evening'],
    ['https://cdn.example/v0/b/app/o/films%2FHeat.1995.mp4?alt=media', 'Heat (1995)'],
    ['http://nas:32400/library/parts/1234/1699999999/file.mkv', 'nas'],
    ['https://cdn.example/index.m3u8', 'cdn.example'],
    ['https://www.example.org/video.mp4', 'example.org'],
    ['https://cdn.example/v/83f0a1.mp4', 'cdn.example'],
    ['https://cdn.example/v/550e8400-e29b-41d4-a716-446655440000.mp4', 'cdn.example'],
    ['https://cdn.example/a4nOgmxGWg6gULfcBbAa00gXyfcw.mp4', 'cdn.example'],
    ['https://cdn.example/12345.mp4', 'cdn.example'],
    ['https://cdn.example/%E3%85%A4.mp4', 'cdn.example'],
    ['https://cdn.example/shows/The%20Office/Season%2001/S01E02.mkv', 'The Office · S1 E2'],
    ['https://cdn.example/caf%C3%A9%20noir.webm', 'café noir'],
    ['https://cdn.example/%D0%A1%D1%82%D0%B0%D0%BB%D0%BA%D0%B5%D1%80.mkv', 'Сталкер'],
    ['https://cdn.example/%E0%A4%A.mp4', '%E0%A4%A'],
    ['https://cdn.example/get.php?id=1&file=films/My.Film.2010.mp4', 'My Film (2010)'],
    ['https://s3.example/b/0a1b2c3d4e5f?response-content-disposition=attachment%3B%20filename%3D%22My%20Film.mp4%22', 'My Film'],
    ['http://nas:4320/f/a.mp4', 'nas'],
    ['https://cdn.example/', 'cdn.example'],
    ['https://www.youtube.com/watch?v=aqz-KE-bpKQ', 'YouTube video'],
    ['https://vimeo.com/148751763', 'Vimeo video'],
    ['https://www.twitch.tv/videos/106400740', 'Twitch video'],
    ['https://www.twitch.tv/monstercat', 'monstercat'],
    ['/media/sample.mp4', 'Sample'],
  ])('%s is called %s', (url, title) => {
    expect(readableTitle(url)).toBe(title);
  });

  it('leaves what it has made as it is', () => {
    const word = fc.constantFrom('The', 'Long', 'way', 'Home', '2049', 'Мир', '東京', "It's", 'II', 'E.T.', 'Spider-Man');
    const made = fc.constantFrom('', '.2024', '.1080p', '.2024.1080p.WEB-DL', '.S01E02', '.(1999)', '.4K', '-GROUP');
    const name = fc.tuple(fc.array(word, { minLength: 1, maxLength: 4 }), made, fc.constantFrom('.', '_', ' ', '-', '+'));
    fc.assert(
      fc.property(name, ([words, end, separator]) => {
        const once = readableTitle(`${words.join(separator)}${end}.mkv`);
        expect(readableTitle(once)).toBe(once);
      }),
    );
  });

  it('is never empty, never throws, and takes no longer for a name that was made to last', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.webUrl()), (text) => {
        expect(readableTitle(text).length).toBeGreaterThan(0);
      }),
    );
    const started = process.cpuUsage().user;
    for (const part of ['a.', '(', '[1080p', 's01e', '- ', '2024 ', 'hd ']) readableTitle(part.repeat(5000));
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(5000);
  });
});

describe('titleOfMedia', () => {
  const url = 'https://cdn.example/My.Film.2010.720p.mkv';
  it('is the title that a medium has, read as a name, else what its address says', () => {
    expect(titleOfMedia({ url, title: 'A title of its own' })).toBe('A title of its own');
    expect(titleOfMedia({ url, title: 'My Film 2010 720p' })).toBe('My Film (2010)');
    expect(titleOfMedia({ url, title: null })).toBe('My Film (2010)');
    expect(titleOfMedia({ url: 'https://www.youtube.com/watch?v=aqz-KE-bpKQ', title: 'youtube.com' })).toBe('YouTube video');
  });

  it('has the words it is given', () => {
    const words = { serviceVideo: (service: string) => `${service}-Video`, recording: () => 'Aufnahme' };
    expect(titleOfMedia({ url: 'https://vimeo.com/148751763', title: null }, words)).toBe('Vimeo-Video');
    expect(titleOfMedia({ url: 'https://cdn.example/IMG_1.mp4', title: 'IMG_1234' }, words)).toBe('Aufnahme');
  });
});
