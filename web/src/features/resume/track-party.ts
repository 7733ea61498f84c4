import type { SessionClient } from '@cowatch/shared/client';
import type { Media } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import type { KeyValueStorage } from '../../lib/device-storage.ts';
import { titleName } from '../../lib/titles/title-names.ts';
import { flushWhenLeft, openResume } from './open-resume.ts';
import { partyPlace } from './party-place.ts';

/**
 * Keeps one's own place in what a party watches; returns its stop. Having joined is a gesture; of the party's commands only
 * one's own are.
 */
export function trackParty(
  client: SessionClient,
  media: Pick<Media, 'id' | 'url' | 'title'>,
  t: TFunction,
  element: HTMLVideoElement,
  storage: KeyValueStorage,
): () => void {
  const resume = openResume(client.connection, storage);
  const title = titleName(t, { contentId: media.id, media });
  let stopped = false;
  const player = partyPlace(client, media.id, element);
  const stops = [
    player.stop,
    flushWhenLeft(resume),
    // One's other devices see what plays here and press its buttons; the party is not left for another title.
    resume.devices.offer({ driver: client, title, opening: null, durationMs: player.durationMs }),
  ];
  void resume.start(media.id, media.url).then(({ record }) => {
    if (stopped) return;
    const tracker = resume.track({
      contentId: media.id,
      media: { url: media.url, title: media.title },
      known: record,
      player,
    });
    const begin = () => {
      // Somebody is here once it plays for them; a party that stands still is not watched yet.
      element.removeEventListener('playing', begin);
      tracker.begin();
    };
    if (player.playing()) tracker.begin();
    else element.addEventListener('playing', begin);
    const onPause = () => tracker.paused();
    const onEnded = () => tracker.ended();
    element.addEventListener('pause', onPause);
    element.addEventListener('ended', onEnded);
    stops.push(
      () => element.removeEventListener('playing', begin),
      () => element.removeEventListener('pause', onPause),
      () => element.removeEventListener('ended', onEnded),
      client.onNotice((notice) => {
        if (notice.kind === 'played' && notice.own) tracker.played();
        if (notice.kind === 'jumped' && notice.own) tracker.jumped(notice.fromPositionS * 1000, notice.positionS * 1000);
      }),
    );
  });
  return () => {
    stopped = true;
    resume.leave();
    for (const stop of stops.splice(0)) stop();
    resume.close();
  };
}
