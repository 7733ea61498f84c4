import './words.ts';
import { Captions as CaptionsIcon, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaptionTrack } from './caption-track.ts';
import type { Captions } from './captions.ts';

export interface SubtitlesOfferProps {
  readonly captions: Captions;
  /** One of the party's. */
  readonly offered: CaptionTrack;
  /** They are shown already: it is only said whose they are. */
  readonly shown: boolean;
}

/** How long it waits for an answer; longer than what only tells. */
const OFFER_MS = 12_000;

/** What somebody has added for everyone, with one tap to see it. Waits while the pointer or the focus is on it. */
export function SubtitlesOffer({ captions, offered, shown }: SubtitlesOfferProps) {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  const { id, label, party } = offered;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another offer has a time of its own
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => captions.answerOffer(), OFFER_MS);
    return () => clearTimeout(timer);
  }, [captions, held, id]);
  return (
    <div className="subtitles-offer pointer-events-none absolute inset-x-0 flex justify-center px-4">
      <div
        role="status"
        className="chip pointer-events-auto flex items-center ps-4"
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        onFocus={() => setHeld(true)}
        onBlur={() => setHeld(false)}
      >
        <CaptionsIcon aria-hidden className="me-2 size-5 shrink-0" />
        <span className="truncate py-2">{t('captions.offer', { name: party?.track.addedBy.name ?? '', label })}</span>
        {shown ? null : (
          <button type="button" className="chip-action ms-1 shrink-0" onClick={() => captions.choose(id)}>
            {t('captions.show')}
          </button>
        )}
        <button
          type="button"
          aria-label={t('captions.noOffer')}
          className="inline-flex size-11 shrink-0 items-center justify-center rounded-full hover:bg-white/10"
          onClick={() => captions.answerOffer()}
        >
          <X aria-hidden className="size-4" />
        </button>
      </div>
    </div>
  );
}
