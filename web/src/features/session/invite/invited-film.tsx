import { useTranslation } from 'react-i18next';
import { TitlePicture } from '../../../ui/title-picture.tsx';

/** What a party watches, and with whom. */
export interface Film {
  readonly sessionId: string;
  readonly contentId: string;
  readonly name: string;
  /** Who holds the party, where that is somebody else; null where it is oneself, or not known. */
  readonly host: string | null;
}

/** What people are invited to, as they will read it. */
export function InvitedFilm({ film }: { readonly film: Film }) {
  const { t } = useTranslation();
  const { sessionId, contentId, name, host } = film;
  return (
    <div className="flex items-center gap-3">
      <TitlePicture contentId={contentId} name={name} sessionId={sessionId} className="w-28" />
      <p className="min-w-0 flex-1">
        <span dir="auto" className="film-name line-clamp-2 font-semibold wrap-anywhere">
          {name}
        </span>
        {host === null ? null : <span className="block truncate text-sm text-muted">{t('invite.withHost', { host })}</span>}
      </p>
    </div>
  );
}
