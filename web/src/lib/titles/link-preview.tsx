import type { MediaRef } from '@cowatch/shared/protocol';
import { TitlePicture } from '../../ui/title-picture.tsx';
import { useResolvedMedia } from './use-resolved-media.ts';
import { useTitleName } from './use-title-name.ts';

/** What a link leads to, before anything is started with it: its picture, its title, and whose it is. */
export function LinkPreview({ media: ref }: { readonly media: MediaRef }) {
  const nameOf = useTitleName();
  const media = useResolvedMedia(ref);
  if (media === undefined) return null;
  const name = nameOf({ contentId: media.id, media });
  return (
    <div className="card flex animate-rise items-center gap-3 p-2.5">
      <TitlePicture contentId={media.id} name={name} className="w-28" />
      <p className="min-w-0 flex-1">
        <span dir="auto" className="film-name line-clamp-2 font-semibold wrap-anywhere">
          {name}
        </span>
        <span className="block truncate text-sm text-muted">{hostOf(media.url)}</span>
      </p>
    </div>
  );
}

const hostOf = (url: string) => new URL(url, window.location.href).hostname.replace(/^www\./, '');
