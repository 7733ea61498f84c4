import { describe, expect, it } from 'vitest';
import { MediumTracks } from './medium-tracks.ts';

interface StandInTrack {
  readonly kind: string;
  readonly label: string;
  readonly language: string;
  mode: string;
  readonly cues: readonly TextTrackCue[];
}

const trackOf = (language: string, change: Partial<StandInTrack> = {}): StandInTrack => ({
  kind: 'subtitles',
  label: language,
  language,
  mode: 'disabled',
  cues: [],
  ...change,
});

function world(...tracks: StandInTrack[]) {
  const list = Object.assign(new EventTarget(), { [Symbol.iterator]: () => tracks[Symbol.iterator]() });
  const loaded: number[] = [];
  const api = { setTextTrack: (index: number) => loaded.push(index) };
  const element = Object.assign(new EventTarget(), { textTracks: list, api });
  const heard: string[] = [];
  const medium = new MediumTracks({ onTracks: () => heard.push('tracks'), onModes: () => heard.push('modes') });
  medium.attach(element as unknown as HTMLVideoElement);
  return { tracks, list, element, medium, heard, loaded, modes: () => tracks.map(({ mode }) => mode) };
}

describe('the tracks of a medium', () => {
  it('are its captions, by names as far as it says them, each with an id that stays', () => {
    const { tracks, medium } = world(trackOf('en'), trackOf('x', { kind: 'metadata' }), trackOf('null', { mode: 'showing' }));
    const all = medium.all();
    expect(all.map(({ label, language, isShowing }) => [label, language, isShowing])).toEqual([
      ['en', 'en', false],
      ['', '', true],
    ]);
    tracks.shift();
    expect(medium.all()[0]?.id).toBe(all[1]?.id);
  });

  it('load where they are chosen, and are drawn by the browser in its own full screen only', () => {
    const { medium, element, loaded, modes } = world(trackOf('en', { mode: 'showing' }), trackOf('de'));
    medium.choose(medium.all()[1]?.id ?? null);
    expect([modes(), loaded]).toEqual([['disabled', 'hidden'], [1]]);
    element.dispatchEvent(new Event('webkitbeginfullscreen'));
    expect(modes()).toEqual(['disabled', 'showing']);
    element.dispatchEvent(new Event('webkitendfullscreen'));
    expect(modes()).toEqual(['disabled', 'hidden']);
    medium.choose(null);
    expect([modes(), loaded.at(-1)]).toEqual([['disabled', 'disabled'], -1]);
  });

  it('are listened to until another element is there', () => {
    const { medium, list, heard } = world(trackOf('en'));
    for (const type of ['addtrack', 'removetrack', 'change']) list.dispatchEvent(new Event(type));
    expect(heard).toEqual(['tracks', 'tracks', 'modes']);
    medium.attach(null);
    list.dispatchEvent(new Event('addtrack'));
    expect([heard.length, medium.all()]).toEqual([3, []]);
  });
});
