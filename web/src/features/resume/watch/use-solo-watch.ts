import { createSoloClient, type KnownResume, type ResumeClient, type SoloClient } from '@cowatch/shared/client';
import type { Media, ResumeEntry } from '@cowatch/shared/protocol';
import type { ResumeDevice } from '@cowatch/shared/resume';
import { useCallback, useEffect, useRef, useState } from 'react';
import { openTabChannel } from '../../../lib/tabs/tab-channel.ts';

/** Tabs of one browser are one device: they tell each other which title they begin to play. */
const tabs = openTabChannel('cowatch-watching');

/** Another device further away than this is worth a word, in milliseconds. */
const ELSEWHERE_MS = 5000;

export interface SoloWatch {
  /** Null while the server is asked where one was. */
  readonly known: KnownResume | null;
  /** Null until somebody has said where to begin. */
  readonly solo: SoloClient | null;
  begin(startS: number): void;
  /** Another device is elsewhere in this title, and meant it later. */
  readonly elsewhere: ResumeEntry | null;
  /** Another device plays it now, or another tab of this browser; here it stands still. */
  readonly superseded: ResumeDevice | 'tab' | null;
  jumpElsewhere(): void;
  stay(): void;
  /** Plays here from now on, and so nowhere else; from another place where one is given, in seconds. */
  playHere(fromS?: number): void;
}

/** One person alone with one title: where they were, what they do, and what their other devices do meanwhile. */
export function useSoloWatch(resume: ResumeClient | null, media: Media, title: string | null): SoloWatch {
  const [solo, setSolo] = useState<SoloClient | null>(null);
  const [known, setKnown] = useKnownPlace(resume, media);
  const others = useOtherPlayers(resume, media.id, solo, setKnown);
  const { takesOver, setSuperseded } = others;
  const stop = useRef(() => {});
  const { id: contentId, url } = media;

  const begin = useCallback(
    (startS: number) => {
      if (resume === null || known === null) return;
      stop.current();
      const made = watchTracked(resume, { media, title, record: known.record, startS }, () => {
        tabs.postMessage(contentId);
        // Whatever button it was: who plays here again takes it back from the other device.
        if (takesOver.current) void resume.start(contentId, url);
        takesOver.current = false;
        setSuperseded(null);
      });
      stop.current = made.stop;
      setSolo(made.solo);
      tabs.postMessage(contentId);
      void made.solo.play();
    },
    [resume, known, media, contentId, url, title, takesOver, setSuperseded],
  );
  useEffect(() => () => stop.current(), []);

  const { elsewhere, superseded, stay } = others;
  return {
    known,
    solo,
    begin,
    elsewhere,
    superseded,
    jumpElsewhere() {
      if (elsewhere !== null) void solo?.seek(elsewhere.positionMs / 1000);
      stay();
    },
    stay,
    playHere(fromS) {
      if (solo === null) {
        begin(fromS ?? 0);
        return;
      }
      takesOver.current = true;
      if (fromS !== undefined) void solo.seek(fromS);
      void solo.play();
    },
  };
}

/** Where one was in a title, as far as the server and this device know; null while they are asked. */
function useKnownPlace(resume: ResumeClient | null, { id: contentId, url }: Media) {
  const [known, setKnown] = useState<KnownResume | null>(null);
  useEffect(() => {
    if (resume === null) return;
    let gone = false;
    void resume.start(contentId, url).then((found) => gone || setKnown(found));
    return () => {
      gone = true;
    };
  }, [resume, contentId, url]);
  return [known, setKnown] as const;
}

interface Beginning {
  readonly media: Media;
  /** Its own; null where it has none, or none yet. */
  readonly title: string | null;
  /** Where one was before. */
  readonly record: KnownResume['record'];
  readonly startS: number;
}

/** A client for one person whose place in the title is kept; `stop` ends keeping it. */
function watchTracked(resume: ResumeClient, { media, title, record, startS }: Beginning, onPlayed: () => void) {
  const solo: SoloClient = createSoloClient({
    media,
    startS,
    onGesture(gesture) {
      if (gesture.kind === 'played') {
        onPlayed();
        tracker.played();
      } else tracker.jumped(gesture.fromS * 1000, gesture.toS * 1000);
    },
  });
  const ms = (seconds: number | null) => (seconds === null ? null : seconds * 1000);
  const tracker = resume.track({
    contentId: media.id,
    media: { url: media.url, title },
    known: record,
    player: { positionMs: () => ms(solo.placeS()), durationMs: () => ms(solo.durationS()), playing: solo.moving },
  });
  const stopStill = solo.onStill((ended) => (ended ? tracker.ended() : tracker.paused()));
  const stop = () => {
    stopStill();
    resume.stop(tracker);
  };
  return { solo, stop };
}

type SetKnown = ReturnType<typeof useKnownPlace>[1];

/** What one's other devices and the other tabs of this browser do with the same title. */
function useOtherPlayers(resume: ResumeClient | null, contentId: string, solo: SoloClient | null, setKnown: SetKnown) {
  const [elsewhere, setElsewhere] = useState<ResumeEntry | null>(null);
  const [superseded, setSuperseded] = useState<ResumeDevice | 'tab' | null>(null);
  /** The next play takes it from another device. */
  const takesOver = useRef(false);

  useEffect(() => {
    if (resume === null) return;
    const own = resume.device.id;
    const yieldTo = (other: ResumeDevice | 'tab') => {
      void solo?.pause();
      takesOver.current = true;
      setSuperseded(other);
    };
    const look = (entry: ResumeEntry | null) => {
      const hereS = solo?.positionS() ?? null;
      const isElse = entry !== null && entry.device.id !== own && entry.committed && entry.state === 'active';
      if (isElse && hereS !== null && Math.abs(entry.positionMs - hereS * 1000) > ELSEWHERE_MS) setElsewhere(entry);
    };
    const onTab = (event: Event) => {
      if ((event as MessageEvent<unknown>).data === contentId && solo !== null) yieldTo('tab');
    };
    tabs.addEventListener('message', onTab);
    const stops = [
      () => tabs.removeEventListener('message', onTab),
      resume.on('resume:updated', (news) => {
        if (news.contentId !== contentId) return;
        if (solo === null && news.entry?.device.id !== own) {
          const { entry } = news;
          setKnown((now) => (now === null ? now : { ...now, record: entry, entry }));
        } else look(news.entry);
      }),
      resume.onStale((entry) => {
        if (entry.contentId === contentId) look(entry);
      }),
      resume.on('resume:superseded', (news) => {
        if (news.contentId === contentId && news.device.id !== own && solo !== null) yieldTo(news.device);
      }),
    ];
    return () => {
      for (const end of stops) end();
    };
  }, [resume, solo, contentId, setKnown]);
  return { elsewhere, superseded, setSuperseded, takesOver, stay: () => setElsewhere(null) };
}
