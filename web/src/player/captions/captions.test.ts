import type { SubtitleTrack } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { createCaptionPreferences } from './caption-preferences.ts';
import { Captions } from './captions.ts';
import type { PartySubtitles, Sharing } from './party-subtitles.ts';
import { parseSubtitles } from './subtitle-file.ts';

const VTT = 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n';
const ME = { memberId: 'me', name: 'Ben', canControl: true };
const trackOf = (id: string, change: Partial<SubtitleTrack> = {}): SubtitleTrack => ({
  id,
  mediaId: 'm',
  label: id,
  language: null,
  addedBy: { memberId: 'ana', name: 'Ana' },
  ...change,
});
const partyOf = (...tracks: SubtitleTrack[]): PartySubtitles => ({ sessionId: 's', tracks, you: ME });

function world(language: string | null = null) {
  const items = new Map<string, string>();
  const preferences = createCaptionPreferences({
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  });
  if (language !== null) preferences.setLanguage(language);
  const asked: string[] = [];
  const server = { reachable: true, answer: { ok: false, fault: 'full' } as Sharing };
  const captions = new Captions({
    preferences,
    async parse({ name, text }) {
      const reading = await parseSubtitles(name, text);
      return reading.ok ? reading.file : null;
    },
    async fetchText(_, id) {
      asked.push(id);
      if (!server.reachable) throw new Error('away');
      return VTT;
    },
    share: async () => server.answer,
    unshare: async () => null,
  });
  captions.attach(null, 'm');
  const settled = (isIt: () => boolean) => expect.poll(isIt).toBe(true);
  return { captions, preferences, asked, server, settled, state: captions.state };
}

describe('captions that a party has for everyone', () => {
  it('are offered once to others, and shown when they are taken', async () => {
    const { captions, asked, settled, state } = world();
    captions.setParty(partyOf(trackOf('a')));
    expect(state()).toMatchObject({ chosen: null, offered: { label: 'a' } });
    expect(asked).toEqual([]);
    captions.choose('party-a');
    expect(state()).toMatchObject({ chosen: { label: 'a' }, offered: null });
    await settled(() => state().chosen?.cues().length === 1);
    captions.choose(null);
    captions.choose('party-a');
    captions.setParty(partyOf(trackOf('a')));
    expect(state().offered).toBeNull();
    expect(asked).toEqual(['a']);
  });

  it('come on by themselves for whoever has that language on, and never for whoever has turned captions off', () => {
    for (const [language, isOn] of [
      ['en', true],
      ['de', false],
      ['off', false],
      [null, false],
    ] as const) {
      const { captions, state } = world(language);
      captions.setParty(partyOf(trackOf('a', { language: 'en' })));
      expect([language, state().chosen !== null]).toEqual([language, isOn]);
      expect(state().offered).not.toBeNull();
    }
  });

  it('leave what is shown alone, and go when they are taken away', () => {
    const { captions, state } = world();
    captions.setParty(partyOf(trackOf('a')));
    captions.choose('party-a');
    captions.setParty(partyOf(trackOf('a'), trackOf('b')));
    expect(state()).toMatchObject({ chosen: { label: 'a' }, offered: { label: 'b' } });
    captions.setParty(partyOf(trackOf('b', { language: 'de' })));
    expect(state().chosen).toBeNull();
    captions.setParty(null);
    expect(state()).toMatchObject({ tracks: [], chosen: null, offered: null });
  });

  it('say when they could not be fetched, and are fetched when they are chosen again', async () => {
    const { captions, server, settled, state } = world();
    server.reachable = false;
    captions.setParty(partyOf(trackOf('a')));
    captions.choose('party-a');
    await settled(() => state().missing?.label === 'a');
    server.reachable = true;
    captions.choose('party-a');
    await settled(() => state().chosen?.cues().length === 1);
    expect(state().missing).toBeNull();
  });

  it('are shown to whoever adds them, before the news of it comes, without asking for them', async () => {
    const { captions, asked, server, state } = world('off');
    captions.setParty(partyOf());
    const reading = await parseSubtitles('Film.vtt', VTT);
    if (!reading.ok) throw new Error(reading.fault);
    expect(await captions.share(reading.file)).toBe('full');
    expect(state().tracks).toEqual([]);
    const added = trackOf('a', { addedBy: ME });
    server.answer = { ok: true, added };
    expect(await captions.share(reading.file)).toBeNull();
    captions.setParty(partyOf(added));
    expect(state()).toMatchObject({ chosen: { id: 'party-a', party: { own: true, removable: true } }, offered: null });
    expect(state().chosen?.cues()).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  it('may be taken away by whoever controls the party, and by whoever added them', () => {
    const { captions, state } = world();
    const you = { ...ME, canControl: false };
    captions.setParty({ ...partyOf(trackOf('a'), trackOf('b', { addedBy: ME })), you });
    expect(state().tracks.map(({ party }) => party?.removable)).toEqual([false, true]);
  });
});
