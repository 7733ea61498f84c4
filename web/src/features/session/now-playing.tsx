import type { Media } from '@cowatch/shared/protocol';
import { useTranslation } from 'react-i18next';
import { TitlePicture } from '../../ui/title-picture.tsx';

export interface NowPlayingProps {
  readonly sessionId: string;
  readonly media: Media;
  readonly title: string;
}

/** What is on: its picture, what it is called, and where it comes from. */
export function NowPlaying({ sessionId, media, title }: NowPlayingProps) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="now-playing" className="mb-2">
      <h2 id="now-playing" className="text-sm font-semibold text-muted">
        {t('party.playing')}
      </h2>
      <div className="mt-2 flex items-center gap-3">
        <TitlePicture contentId={media.id} name={title} sessionId={sessionId} className="w-28" />
        <div className="min-w-0 flex-1">
          <p dir="auto" className="film-name line-clamp-3 font-semibold wrap-anywhere">
            {title}
          </p>
          <SourceLine media={media} />
        </div>
      </div>
    </section>
  );
}

/** Where the video comes from: its page, for those who want to see it there. */
function SourceLine({ media }: { readonly media: Media }) {
  if (!/^https?:/.test(media.url)) return null;
  return (
    <a
      href={media.url}
      target="_blank"
      rel="noreferrer"
      className="mt-0.5 inline-block max-w-full truncate align-top text-sm text-muted underline underline-offset-3 hover:text-text"
    >
      {new URL(media.url).hostname.replace(/^www\./, '')}
    </a>
  );
}
