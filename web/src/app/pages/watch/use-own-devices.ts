import type { ResumeClient, SentTitle } from '@cowatch/shared/client';
import { cutText, MEDIA_TITLE_MAX_CHARS } from '@cowatch/shared/protocol';
import { type SendTo, type SoloWatch, useOffer, useSendTo, type WatchedMedia } from '../../../features/resume/index.ts';
import { justChosen } from '../../device.ts';
import { useWatch } from '../../use-watch.ts';

/** What one's other devices can do with this page, and what this page can send them. */
export function useOwnDevices(resume: ResumeClient | null, watch: SoloWatch, media: WatchedMedia, name: string): SendTo {
  const { known, solo } = watch;
  const watchTitle = useWatch();
  // Another device sends a title: this one, from where it says, or another.
  const opening = (sent: SentTitle) => {
    const fromS = sent.positionMs / 1000;
    if (sent.contentId !== media.id) return watchTitle(sent, fromS);
    return () => {
      if (known === null) justChosen.set(media.id, fromS);
      else watch.playHere(fromS);
    };
  };
  useOffer(resume, { driver: solo, title: name, durationS: () => solo?.durationS() ?? null, opening });
  return useSendTo(resume, { contentId: media.id, media: { url: media.url, title: cutText(name, MEDIA_TITLE_MAX_CHARS) } }, solo);
}
