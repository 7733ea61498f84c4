import type { TitlePictureProps } from '../../ui/title-picture.tsx';
import { TitlePicture } from '../../ui/title-picture.tsx';

/** What a title looks like, out of focus: there before the player has anything of it to show. */
export function WaitingCover(title: Pick<TitlePictureProps, 'contentId' | 'name' | 'sessionId'>) {
  return (
    <div className="absolute inset-0 overflow-hidden">
      <TitlePicture {...title} className="size-full scale-110 blur-xl brightness-75" />
    </div>
  );
}
