import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { mediaRefOf } from '../../../lib/titles/media-ref.ts';
import { untilItWorks } from '../../../lib/until-it-works.ts';
import { recentParties, storage } from '../../device.ts';
import { useFrameGrab } from '../../use-frame-grab.ts';
import type { Party } from './use-party.ts';

const loadResume = () => import('../../../features/resume/track-party.ts');

/** What is kept of a party once one is in: one's seat, the party on this device, and one's own place in what it watches. */
export function usePartyMemory({ info, own, joinedClient, name, media }: Party, viewerId: string, element: HTMLVideoElement | null): void {
  const { t } = useTranslation();
  const { taken } = own;
  const sessionId = info.id;
  const joined = joinedClient !== null;
  const { id: mediaId, url: mediaUrl, kind: mediaKind, title: ownTitle } = media;
  useEffect(() => {
    if (joined) taken();
  }, [joined, taken]);

  useEffect(() => {
    if (!joined) return;
    const ref = mediaRefOf({ id: mediaId, url: mediaUrl, kind: mediaKind });
    recentParties.record({ sessionId, title: name, media: ref, mediaTitle: ownTitle, visitedAtMs: Date.now(), viewerId });
  }, [joined, sessionId, name, mediaId, mediaUrl, mediaKind, ownTitle, viewerId]);

  useFrameGrab(joined ? element : null, mediaId, joinedClient);

  useEffect(() => {
    if (!joinedClient || !element) return;
    let stop = () => {};
    let gone = false;
    const stopTrying = untilItWorks(async () => {
      const { trackParty } = await loadResume();
      if (!gone) stop = trackParty(joinedClient, { id: mediaId, url: mediaUrl, title: ownTitle }, t, element, storage);
    });
    return () => {
      gone = true;
      stopTrying();
      stop();
    };
  }, [joinedClient, element, mediaId, mediaUrl, ownTitle, t]);
}
