import { Film } from 'lucide-react';
import { type CSSProperties, useState } from 'react';
import { hueOf, initialsOf } from '../lib/titles/pictures/title-tile.ts';
import { usePicture } from '../lib/titles/pictures/use-picture.ts';
import { cx } from './cx.ts';

export interface TitlePictureProps {
  readonly contentId: string;
  readonly name: string;
  /** The party in which it is shown: it may have a picture where nobody else has. */
  readonly sessionId?: string | undefined;
  /** How much of it is behind, from 0 to 1; null where nothing is known of it. */
  readonly share?: number | null;
  readonly className?: string;
}

/** What a title looks like: its picture, else a colour and letters of its own. Its name stands beside it. */
export function TitlePicture({ contentId, name, sessionId, share = null, className }: TitlePictureProps) {
  const { address, onMiss } = usePicture(contentId, name, sessionId);
  const [shown, setShown] = useState<string | null>(null);
  return (
    <span
      aria-hidden
      style={tileHue(hueOf(contentId))}
      className={cx('title-tile @container relative block aspect-video shrink-0 overflow-hidden rounded-control', className)}
    >
      {address === null ? (
        <TileLetters name={name} />
      ) : (
        <img
          key={address}
          src={address}
          alt=""
          loading="lazy"
          decoding="async"
          onLoad={() => setShown(address)}
          onError={onMiss}
          className={cx('absolute inset-0 size-full object-cover', shown === address ? 'animate-fade' : 'opacity-0')}
        />
      )}
      {share === null ? null : (
        <span className="absolute inset-x-0 bottom-0 h-1 bg-black/55">
          <span className="block h-full bg-stage-accent" style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </span>
  );
}

function TileLetters({ name }: { readonly name: string }) {
  const letters = initialsOf(name);
  return (
    <>
      <Film className="absolute -end-[8cqw] -bottom-[10cqw] size-[46cqw] -rotate-12 stroke-1 opacity-20" />
      <span className="absolute inset-0 flex animate-fade items-center justify-center text-[clamp(0.875rem,22cqw,3rem)] leading-none font-bold">
        {letters === '' ? <Film className="size-[1.4em]" /> : letters}
      </span>
    </>
  );
}

const tileHue = (degrees: number) => ({ '--tile-hue': degrees }) as CSSProperties;
