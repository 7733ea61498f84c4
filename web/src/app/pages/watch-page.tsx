import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Film } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  mediaToWatch,
  PlayOnMenu,
  SavedBadge,
  useResume,
  useResumeState,
  useSoloWatch,
  type WatchedMedia,
  WatchNews,
} from '../../features/resume/index.ts';
import { mediaRefOf } from '../../lib/titles/media-ref.ts';
import { useResolvedMedia } from '../../lib/titles/use-resolved-media.ts';
import { useTitleName } from '../../lib/titles/use-title-name.ts';
import { VideoPlayer } from '../../player/index.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { NoticePage } from '../../ui/notice-page.tsx';
import { storage } from '../device.ts';
import { AskDeviceName, DeviceNamesDialog } from '../devices/device-naming.tsx';
import { LINK_BUTTON } from '../layout/link-button.ts';
import { Page } from '../layout/page.tsx';
import { useMe } from '../me.ts';
import { useFrameGrab } from '../use-frame-grab.ts';
import { WaitingCover } from './waiting-cover.tsx';
import { useOwnDevices } from './watch/use-own-devices.ts';
import { useWatchStart } from './watch/use-watch-start.ts';
import { WatchGate } from './watch/watch-gate.tsx';
import { WatchHeader } from './watch/watch-header.tsx';

const KeysDialog = lazyPart(() => import('../keys/keys-dialog.tsx'), 'KeysDialog', { failure: 'over' });

/** `/watch?url=…`: one person alone with one video. */
export function WatchLinkPage() {
  const { url } = useSearch({ from: '/watch' });
  return <WatchLoader key={url ?? ''} media={mediaToWatch({ url })} />;
}

/** `/watch/:titleId`: the same with a title of this server. */
export function WatchTitlePage() {
  const { titleId } = useParams({ from: '/watch/$titleId' });
  return <WatchLoader key={titleId} media={mediaToWatch({ titleId })} />;
}

function WatchLoader({ media: found }: { readonly media: WatchedMedia | null }) {
  const { t } = useTranslation();
  // The same object for as long as this page is of the same video.
  const [media] = useState(found);
  // Without an answer there may still be a place that this device knows.
  const me = useMe(media !== null);
  if (media === null) {
    return (
      <Page>
        <NoticePage
          icon={<Film className="size-7" />}
          title={t('watch.notFound')}
          text={t('watch.notFoundText')}
          actions={
            <Link to="/" className={LINK_BUTTON}>
              {t('app.toHome')}
            </Link>
          }
        />
      </Page>
    );
  }
  return <WatchScreen media={media} ready={!me.isPending} />;
}

function WatchScreen({ media, ready }: { readonly media: WatchedMedia; readonly ready: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const title = useResolvedMedia(mediaRefOf(media))?.title ?? media.title;
  const name = useTitleName()({ contentId: media.id, media: { url: media.url, title } });
  const resume = useResume(storage, ready);
  const saved = useResumeState(resume);
  const watch = useSoloWatch(resume, media, title);
  const { solo } = watch;
  const start = useWatchStart(watch, media);
  const sending = useOwnDevices(resume, watch, media, name);
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const [idle, setIdle] = useState(false);
  const [unplayable, setUnplayable] = useState(false);
  const [dialog, setDialog] = useState<'names' | 'keys' | null>(null);
  const keys = useMemo(() => ({ help: () => setDialog('keys') }), []);

  useFrameGrab(solo === null ? null : element, media.id);

  return (
    <div className="relative flex h-dvh flex-col overflow-hidden bg-bg">
      <title>{t('watch.titlePage', { name })}</title>
      <WatchHeader media={media} name={name} unplayable={unplayable}>
        <SavedBadge state={saved} />
        {solo === null ? null : (
          <PlayOnMenu resume={resume} contentId={media.id} onChoose={sending.send} onNames={() => setDialog('names')} />
        )}
      </WatchHeader>
      <main className="relative min-h-0 flex-1 bg-black" data-idle={idle || undefined}>
        <VideoPlayer
          media={media}
          title={name}
          driver={solo}
          waitingAtS={start.fromS}
          keys={keys}
          cover={<WaitingCover contentId={media.id} name={name} />}
          onChangeVideo={() => void navigate({ to: '/' })}
          onUnplayable={setUnplayable}
          onIdle={setIdle}
          onElement={setElement}
        >
          <WatchNews resume={resume} contentId={media.id} watch={watch} sending={sending} />
          {watch.superseded === null || watch.superseded === 'tab' ? null : (
            <div className="pointer-events-none absolute inset-x-0 top-2 flex scheme-dark justify-center px-4 text-text narrow:top-auto narrow:bottom-20">
              <div className="pointer-events-auto w-full max-w-lg">
                <AskDeviceName resume={resume} />
              </div>
            </div>
          )}
        </VideoPlayer>
        {solo === null && !unplayable ? (
          <div className="absolute inset-0 flex scheme-dark items-center justify-center overflow-y-auto bg-black/40 p-4 text-text">
            <WatchGate name={name} resume={resume} watch={watch} start={start} />
          </div>
        ) : null}
      </main>
      {dialog === 'names' ? <DeviceNamesDialog resume={resume} onClose={() => setDialog(null)} /> : null}
      {dialog === 'keys' ? <KeysDialog open party={false} onClose={() => setDialog(null)} /> : null}
    </div>
  );
}
