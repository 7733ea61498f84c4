import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LinkRefusal, readLink } from './media-url.ts';
import { linksIn } from './pasted-link.ts';

const CDN = 'https://cdn.example/film.mp4';
const YT = 'https://www.youtube.com/watch?v=aqz-KE-bpKQ';

/** What players are given of what was pasted. */
const urlOf = (pasted: string) => {
  const reading = readLink(pasted);
  return reading.kind === 'media' ? reading.media.url : `refused: ${reading.why}`;
};

describe('[MEDIA1] [MEDIA6] what people paste', () => {
  it.each([
    // Where nothing is put between words.
    [`見て：${CDN}。`, CDN],
    [`看${CDN}，很好`, CDN],
    [`（${CDN}）`, CDN],
    [`「${CDN}」を見よう`, CDN],
    ['https://cdn.example/你好，李焕英.mp4', 'https://cdn.example/%E4%BD%A0%E5%A5%BD%EF%BC%8C%E6%9D%8E%E7%84%95%E8%8B%B1.mp4'],
    ['https://cdn.example/映画（1979）.mp4', 'https://cdn.example/%E6%98%A0%E7%94%BB%EF%BC%881979%EF%BC%89.mp4'],
    [`看${CDN}，https://cdn.example/other.mp4`, CDN],
    // Pasted twice.
    [`${CDN}${CDN}`, CDN],
    [`${YT}${YT}`, YT],
    [`${CDN},${CDN}`, CDN],
    ['https://cors.example/https://cdn.example/a.m3u8', 'https://cors.example/https://cdn.example/a.m3u8'],
    // With words behind a bar, and struck out.
    [`<${CDN}|film.mp4>`, CDN],
    [`[[${CDN}|film]]`, CDN],
    [`~~${CDN}~~`, CDN],
    // One link, as a whole.
    ["https://cdn.example/Film%20(2010)%20It's%20here.mp4", "https://cdn.example/Film%20(2010)%20It's%20here.mp4"],
    ["https://cdn.example/Film (2010) It's here.mp4", "https://cdn.example/Film%20(2010)%20It's%20here.mp4"],
    ['https://cdn.example/The "Best" Film.mp4', 'https://cdn.example/The%20%22Best%22%20Film.mp4'],
    ['https://cdn.example/"Best".mp4', 'https://cdn.example/%22Best%22.mp4'],
    ['https://cdn.example/One, Two, Three.mp4', 'https://cdn.example/One,%20Two,%20Three.mp4'],
    ['https://cdn.example/One,Two;Three!.mp4', 'https://cdn.example/One,Two;Three!.mp4'],
    ['https://cdn.example/Tom & Jerry; the film.mkv', 'https://cdn.example/Tom%20&%20Jerry;%20the%20film.mkv'],
    ['https://cdn.example/Film_(2010).mp4', 'https://cdn.example/Film_(2010).mp4'],
    ['https://cdn.example/Film [2010].mp4', 'https://cdn.example/Film%20[2010].mp4'],
    ['https://cdn.example/@ana/film!/a.mp4', 'https://cdn.example/@ana/film!/a.mp4'],
    ['https://cdn.example/Müller – Größe.mp4', 'https://cdn.example/M%C3%BCller%20%E2%80%93%20Gr%C3%B6%C3%9Fe.mp4'],
    ['https://cdn.example/東京物語.mp4', 'https://cdn.example/%E6%9D%B1%E4%BA%AC%E7%89%A9%E8%AA%9E.mp4'],
    ['https://bücher.example/film.mp4', 'https://xn--bcher-kva.example/film.mp4'],
    ['https://cdn.example/film.mp4?a=1&b=(2)', 'https://cdn.example/film.mp4?a=1&b=(2)'],
    ['https://cdn.example/My Film.mp4?token=a b', 'https://cdn.example/My%20Film.mp4?token=a'],
    ['https://cdn.example/watch?x=[1,2]', 'https://cdn.example/watch?x=[1,2]'],
    ['https://cdn.example/play.', 'https://cdn.example/play.'],
    ['https://cdn.example/a/(b)', 'https://cdn.example/a/(b)'],
    ['https://ana:p@ss@cdn.example/film.mp4', 'https://ana:p%40ss@cdn.example/film.mp4'],
    ['https://proxy.example/get?url=https://cdn.example/a.mp4', 'https://proxy.example/get?url=https://cdn.example/a.mp4'],
    ['https://web.archive.org/web/2020/https://cdn.example/a.mp4', 'https://web.archive.org/web/2020/https://cdn.example/a.mp4'],
    // Programs, and what has no ending.
    ['https://cdn.example/watch.php?id=12', 'https://cdn.example/watch.php?id=12'],
    ['https://cdn.example/Stream.aspx?film=3&q=hd', 'https://cdn.example/Stream.aspx?film=3&q=hd'],
    ['https://cdn.example/v/83f0a1', 'https://cdn.example/v/83f0a1'],
    // Machines at home.
    ['http://nas:4320/f/a.mp4', 'http://nas:4320/f/a.mp4'],
    ['nas:4320/f/a.mp4', 'http://nas:4320/f/a.mp4'],
    ['nas:4320', 'http://nas:4320/'],
    ['http://nas/a', 'http://nas/a'],
    ['nas/films/a.mkv', 'http://nas/films/a.mkv'],
    ['nas.local/film.mkv', 'http://nas.local/film.mkv'],
    ['nas:4320/f/My Film (2010).mp4', 'http://nas:4320/f/My%20Film%20(2010).mp4'],
    ['localhost:3000/x.mp4', 'http://localhost:3000/x.mp4'],
    ['192.168.1.4:8096/Videos/12/stream.mp4', 'http://192.168.1.4:8096/Videos/12/stream.mp4'],
    ['http://[fd00::1]:8080/a.mkv', 'http://[fd00::1]:8080/a.mkv'],
    ['[fd00::1]:8080/a.mkv', 'http://[fd00::1]:8080/a.mkv'],
    ['http://[::1]/a.mkv', 'http://[::1]/a.mkv'],
    // Schemes.
    ['HTTPS://CDN.example/film.mp4', CDN],
    ['Http://nas/film.mp4', 'http://nas/film.mp4'],
    ['//cdn.example/film.mp4', CDN],
    ['//nas/f/a.mp4', 'http://nas/f/a.mp4'],
    ['https:\\\\cdn.example\\film.mp4', CDN],
    ['https:/cdn.example/film.mp4', CDN],
    ['https//cdn.example/film.mp4', CDN],
    ['ttps://cdn.example/film.mp4', CDN],
    ['cdn.example/film.mp4', CDN],
    ['www.cdn.example/film.mp4', 'https://www.cdn.example/film.mp4'],
    ['example.org', 'https://example.org/'],
    // Around a link.
    [`"${CDN}"`, CDN],
    [`'${CDN}'`, CDN],
    ["'https://cdn.example/It's here.mp4'", "https://cdn.example/It's%20here.mp4"],
    ['"https://cdn.example/The "Best" Film.mp4"', 'https://cdn.example/The%20%22Best%22%20Film.mp4'],
    [`„${CDN}“`, CDN],
    [`« ${CDN} »`, CDN],
    [`<${CDN}>`, CDN],
    [`(${CDN})`, CDN],
    ['(https://cdn.example/Film_(2010).mp4)', 'https://cdn.example/Film_(2010).mp4'],
    [`[${CDN}]`, CDN],
    [`**${CDN}**`, CDN],
    ['_https://cdn.example/a_b.mp4_', 'https://cdn.example/a_b.mp4'],
    [`\`${CDN}\``, CDN],
    [`||${CDN}||`, CDN],
    [`${CDN}.`, CDN],
    [`${CDN},`, CDN],
    [`${CDN})`, CDN],
    ['https://youtu.be/aqz-KE-bpKQ.', YT],
    [`[The film](${CDN})`, CDN],
    ['[Film (2010)](https://cdn.example/Film_(2010).mp4 "The film")', 'https://cdn.example/Film_(2010).mp4'],
    [`[${CDN}](${CDN})`, CDN],
    [`![poster](${CDN})`, CDN],
    [`[url]${CDN}[/url]`, CDN],
    [`[url=${CDN}]the film[/url]`, CDN],
    [`watch this: ${CDN} tonight`, CDN],
    [`watch this: ${CDN}. It's great!`, CDN],
    ['watch this:https://cdn.example/film.mp4', CDN],
    ['Tonight? https://cdn.example/My Film (2010).mp4 at eight', 'https://cdn.example/My%20Film%20(2010).mp4'],
    ['see youtu.be/aqz-KE-bpKQ, at 1:30', YT],
    ['Look (youtu.be/aqz-KE-bpKQ)', YT],
    [`{"url":"https:\\/\\/cdn.example\\/film.mp4","next":1}`, CDN],
    [`curl -L '${CDN}' -H 'Accept: */*'`, CDN],
    ['https://cdn.example/film.mp4 is better than other.mp4', CDN],
    // Pasted twice, one into the other.
    [`${CDN}${CDN}`, CDN],
    ['https://youtu.be/aqz-KE-bpKQhttps://youtu.be/aqz-KE-bpKQ', YT],
    // Several links: that of a video.
    [`https://blog.example/post about ${CDN}`, CDN],
    [`https://blog.example/post\n${YT}\n${CDN}`, YT],
    [`${CDN} https://cdn.example/two.mp4`, CDN],
    // Invisible characters, and mails.
    ['https://cdn.exa\u00admple/fi\u200blm.mp4', CDN],
    [`\ufeff${CDN}\u200d`, CDN],
    [`\u202a${CDN}\u202c`, CDN],
    ['https://cdn.example/\nfilm.mp4', CDN],
    ['https://cdn.exam\r\nple/film.mp4', CDN],
    ['> https://cdn.example/fi\n> lm.mp4', CDN],
    [`${CDN}\nhello there`, CDN],
    [`${CDN}\nhello`, CDN],
    [
      'https://cdn.example/film.mp4?X-Amz-Signature=0123456789012345678901234567890\n1234567&a=1',
      'https://cdn.example/film.mp4?X-Amz-Signature=01234567890123456789012345678901234567&a=1',
    ],
    // Code of pages.
    ['<iframe width="560" src="https://www.youtube.com/embed/aqz-KE-bpKQ?si=a&amp;start=30" title="x"></iframe>', YT],
    ['<iframe src="//www.youtube.com/embed/aqz-KE-bpKQ"></iframe>', YT],
    [`<video controls><source src='${CDN}' type="video/mp4"></video>`, CDN],
    [`<a href="${CDN}">The film</a>`, CDN],
    ['https://cdn.example/get?id=1&amp;x=2', 'https://cdn.example/get?id=1&x=2'],
    // Services.
    ['https://youtu.be/aqz-KE-bpKQ?si=abc', YT],
    ['https://music.youtube.com/watch?v=aqz-KE-bpKQ&list=RDAMVM', YT],
    ['https://m.youtube.com/watch?v=aqz-KE-bpKQ&pp=ygU', YT],
    ['https://www.youtube.com/live/aqz-KE-bpKQ?feature=share', YT],
    ['https://www.youtube.com/shorts/aqz-KE-bpKQ', YT],
    ['https://www.youtube.com/watch/aqz-KE-bpKQ', YT],
    ['https://www.youtube.com/v/aqz-KE-bpKQ?version=3', YT],
    ['https://www.youtube.com/watch?app=desktop&amp;v=aqz-KE-bpKQ', YT],
    ['https://www.youtube.com/watch?v=aqz-KE-bpKQ?t=30', YT],
    ['https://www.youtube.com/attribution_link?a=x&u=%2Fwatch%3Fv%3Daqz-KE-bpKQ%26feature%3Dshare', YT],
    ['https://www.youtube.com/oembed?url=https%3A%2F%2Fyoutu.be%2Faqz-KE-bpKQ&format=json', YT],
    ['https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ', YT],
    ['https://vimeo.com/148751763', 'https://vimeo.com/148751763'],
    ['https://vimeo.com/manage/videos/148751763/abcdef1234', 'https://vimeo.com/148751763/abcdef1234'],
    ['https://vimeo.com/showcase/7654321/video/148751763', 'https://vimeo.com/148751763'],
    ['https://vimeo.com/groups/shorts/videos/148751763', 'https://vimeo.com/148751763'],
    ['https://player.vimeo.com/video/148751763?h=abcdef1234&amp;app_id=1', 'https://vimeo.com/148751763/abcdef1234'],
    ['https://m.twitch.tv/monstercat', 'https://www.twitch.tv/monstercat'],
    ['https://player.twitch.tv/?channel=Monstercat&parent=a.example', 'https://www.twitch.tv/monstercat'],
    ['https://www.twitch.tv/monstercat/video/106400740', 'https://www.twitch.tv/videos/106400740'],
    ['https://open.spotify.com/intl-de/episode/7makk4oTQel546B0PZlDM5?si=1', 'https://open.spotify.com/episode/7makk4oTQel546B0PZlDM5'],
    ['https://www.dropbox.com/s/abc123/film.mp4?dl=0', 'https://www.dropbox.com/s/abc123/film.mp4?raw=1'],
    ['https://www.dropbox.com/scl/fi/abc/film.mp4?rlkey=k&st=x&dl=0', 'https://www.dropbox.com/scl/fi/abc/film.mp4?rlkey=k&raw=1'],
    [
      'https://commons.wikimedia.org/wiki/File:Big_Buck_Bunny_4K.webm',
      'https://commons.wikimedia.org/wiki/Special:FilePath/Big_Buck_Bunny_4K.webm',
    ],
    [
      'https://archive.org/details/BigBuckBunny_124/Content/big_buck_bunny.mp4',
      'https://archive.org/download/BigBuckBunny_124/Content/big_buck_bunny.mp4',
    ],
    ['https://archive.org/download/BigBuckBunny_124/film.mp4', 'https://archive.org/download/BigBuckBunny_124/film.mp4'],
    ['https://drive.google.com/uc?export=download&id=1', 'https://drive.google.com/uc?export=download&id=1'],
    // Pages between a link and what it leads to.
    [`https://www.google.com/url?sa=t&url=${encodeURIComponent(CDN)}&usg=x`, CDN],
    [`https://www.google.co.uk/url?q=${encodeURIComponent(YT)}&sa=D`, YT],
    [`https://l.facebook.com/l.php?u=${encodeURIComponent(YT)}&h=AT0`, YT],
    [`https://consent.youtube.com/m?continue=${encodeURIComponent(`${YT}&cbrd=1`)}&gl=DE`, YT],
    [`https://steamcommunity.com/linkfilter/?u=${encodeURIComponent(CDN)}`, CDN],
    [`https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(CDN)}&data=05%7C&reserved=0`, CDN],
    [`https://www.youtube.com/redirect?event=video_description&q=${encodeURIComponent(CDN)}`, CDN],
    [`https://www.google.com/url?q=${encodeURIComponent(`https://l.facebook.com/l.php?u=${encodeURIComponent(CDN)}`)}`, CDN],
  ])('%j', (pasted, url) => {
    expect(urlOf(pasted)).toBe(url);
  });

  it.each<[string, LinkRefusal]>([
    ['', 'empty'],
    [' \n ', 'empty'],
    ['nothing', 'notALink'],
    ['my holiday film', 'notALink'],
    ['and/or', 'notALink'],
    ['Hello.', 'notALink'],
    ['e.g. this', 'notALink'],
    ['12:30', 'notALink'],
    ['3.5', 'notALink'],
    ['ana@example.com', 'notALink'],
    ['https://', 'notALink'],
    ['holiday.mp4', 'onDevice'],
    ['"C:\\Films\\film.mp4"', 'onDevice'],
    ['D:/film.mp4', 'onDevice'],
    ['/home/ana/film.mp4', 'onDevice'],
    ['~/film.mp4', 'onDevice'],
    ['\\\\nas\\films\\a.mp4', 'onDevice'],
    ['file:///home/ana/film.mp4', 'onDevice'],
    ['blob:https://cdn.example/1', 'onDevice'],
    ['magnet:?xt=urn:btih:1&tr=https://tracker.example', 'scheme'],
    ['rtmp://live.example/stream', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['mailto:ana@example.com', 'scheme'],
    ['vlc://https://cdn.example/film.mp4', 'scheme'],
    ['https://www.youtube.com/embed/videoseries?list=PL1', 'noVideoNamed'],
    ['https://www.youtube.com/embed/live_stream?channel=UC1', 'noVideoNamed'],
    ['https://www.youtube.com/@somebody', 'noVideoNamed'],
    ['https://vimeo.com/event/123456', 'noVideoNamed'],
    ['https://www.twitch.tv/directory', 'noVideoNamed'],
    ['https://clips.twitch.tv/AwkwardHelplessSalamander', 'clip'],
    ['https://www.twitch.tv/monstercat/clip/AwkwardHelpless', 'clip'],
    ['https://www.netflix.com/watch/80057281', 'protected'],
    ['https://drive.google.com/file/d/1/view?usp=sharing', 'protected'],
    ['https://archive.org/details/BigBuckBunny_124', 'filePage'],
    ['https://commons.wikimedia.org/wiki/Category:Films', 'filePage'],
  ])('%j is refused: %s', (pasted, why) => {
    expect(readLink(pasted)).toMatchObject({ kind: 'refused', why });
  });

  it('keeps the start that a link asks for in the address', () => {
    const reading = readLink('look: https://youtu.be/aqz-KE-bpKQ?t=90.');
    expect(reading).toMatchObject({ media: { address: 'https://youtu.be/aqz-KE-bpKQ?t=90', startS: 90, url: YT } });
  });

  it('takes any address of a medium out of any sentence, and out of brackets and quotes', () => {
    const name = fc
      .array(fc.constantFrom(..."abcZ09-_~!$&'()*+,;=:@%20", 'ü', '片'), { minLength: 1, maxLength: 12 })
      .map((characters) => characters.join('').replaceAll('%', '%25'))
      // A bracket of the address that is open would be closed by the one around it.
      .filter((text) => text.split('(').length === text.split(')').length && text.indexOf(')') >= text.indexOf('('));
    const around = fc.constantFrom(
      ['', ''],
      ['watch this: ', ' tonight'],
      ['watch this: ', '. Now!'],
      ['(', ')'],
      ['<', '>'],
      ['"', '"'],
      ['[x](', ')'],
      ['> ', '\n> bye'],
    );
    fc.assert(
      fc.property(name, around, (text, [before = '', after = '']) => {
        const link = `https://cdn.example/${text}.mp4`;
        fc.pre(!/\((?:[^)]*)$/.test(text));
        expect(linksIn(before + link + after)[0]?.href).toBe(new URL(link).href);
      }),
    );
  });

  it('never throws, and reads no more than a page of what is pasted', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void readLink(text)));
    const started = process.cpuUsage().user;
    readLink(`${'https://a.example/( [ '.repeat(20_000)}`);
    readLink('<a href='.repeat(20_000));
    readLink('"https://a '.repeat(2000));
    readLink('_https://a_ '.repeat(2000));
    readLink('a.'.repeat(100_000));
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(5000);
  });
});
