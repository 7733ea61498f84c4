import { useQuery } from '@tanstack/react-query';
import { Film } from 'lucide-react';
import { type CSSProperties, useEffect, useState } from 'react';
import { cx } from '../../../ui/cx.ts';
import { pictureOf } from './title-pictures.ts';
import { hueOf, initialsOf } from './title-tile.ts';

export interface TitlePictureProps {
  readonly contentId: string;
  readonly name: string;
  /** How much of it is behind, from 0 to 1; null where nothing is known of it. */
  readonly share: number | null;
  readonly className?: string;
}

/** What a title looks like: a frame this device has seen of it, else a colour and letters of its own. Says nothing to a screen reader. */
export function TitlePicture({ contentId, name, share, className }: TitlePictureProps) {
  const address = usePicture(contentId);
  return (
    <span aria-hidden className={cx('relative block aspect-video shrink-0 overflow-hidden rounded-control bg-raised', className)}>
      {address === null ? (
        <span
          className="title-tile absolute inset-0 flex items-center justify-center text-lg font-bold text-white/90"
          style={tileHue(hueOf(contentId))}
        >
          {initialsOf(name) || <Film className="size-6" />}
        </span>
      ) : (
        <img src={address} alt="" className="absolute inset-0 size-full animate-fade object-cover" />
      )}
      {share === null ? null : (
        <span className="absolute inset-x-0 bottom-0 h-1 bg-black/55">
          <span className="block h-full bg-stage-accent" style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </span>
  );
}

/** The address of the picture that this device has of a title, for as long as it shows. */
function usePicture(contentId: string): string | null {
  const { data: picture } = useQuery({
    queryKey: ['picture', contentId],
    queryFn: () => pictureOf(contentId),
    // A page that shows again may have a newer one.
    networkMode: 'always',
    staleTime: 0,
  });
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!picture) {
      setAddress(null);
      return;
    }
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return address;
}

const tileHue = (degrees: number) => ({ '--tile-hue': degrees }) as CSSProperties;
