import type { SentTitle } from '@cowatch/shared/client';
import { cutText, MEDIA_TITLE_MAX_CHARS } from '@cowatch/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Film, Play, RotateCcw, Users } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  mediaToWatch,
  PlayOnMenu,
  SavedBadge,
  takePictures,
  useDeviceName,
  useOffer,
  useResume,
  useResumeState,
  useSendTo,
  useSoloWatch,
  type WatchedMedia,
  WatchNews,
} from '../../features/resume/index.ts';
import { createSession } from '../../features/session/api.ts';
import { formatTime } from '../../lib/format-time.ts';
import { mediaRefOf } from '../../lib/titles/media-ref.ts';
import { useTitleName } from '../../lib/titles/use-title-name.ts';
import { VideoPlayer } from '../../player/index.ts';
import { Button } from '../../ui/button.tsx';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { NoticePage } from '../../ui/notice-page.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { justChosen, justStarted, storage } from '../device.ts';
import { AskDeviceName, DeviceNamesDialog } from '../devices/device-naming.tsx';
import { HomeLink } from '../layout/home-link.tsx';
import { LINK_BUTTON } from '../layout/link-button.ts';
import { Page } from '../layout/page.tsx';
import { ThemeSwitch } from '../layout/theme-switch.tsx';
import { useMe } from '../me.ts';
import { useWatch } from '../use-watch.ts';

const KeysDialog = lazyPart(() => import('../keys/keys-dialog.tsx'), 'KeysDialog', { failure: 'over' });

/** Below this nothing is worth going back to, in milliseconds. */
const WORTH_RESUMING_MS = 10_000;

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
  const nameOf = useTitleName();
  const name = nameOf({ contentId: media.id, media });
  const resume = useResume(storage, ready);
  const saved = useResumeState(resume);
  const deviceNameOf = useDeviceName(resume);
  const watch = useSoloWatch(resume, media, name);
  const { known, solo, begin } = watch;
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const [idle, setIdle] = useState(false);
  const [unplayable, setUnplayable] = useState(false);

  const record = known?.record ?? null;
  const place = known?.entry?.resumeAtMs ?? record?.positionMs ?? 0;
  const resumable = record !== null && record.state === 'active' && place >= WORTH_RESUMING_MS;

  // Whoever pressed the title in the row has said where to begin already.
  useEffect(() => {
    const chosen = justChosen.get(media.id);
    if (known === null || chosen === undefined) return;
    justChosen.delete(media.id);
    if (typeof chosen === 'number') begin(chosen);
    else begin(chosen !== 'resume' ? 0 : resumable ? place / 1000 : media.startS);
  }, [known, begin, media.id, media.startS, place, resumable]);

  // A picture of it, for the lists it will be in.
  useEffect(() => (element === null || solo === null ? undefined : takePictures(element, media.id)), [element, solo, media.id]);

  // Another of one's own devices sends a title: this one, from where it says, or another.
  const watchTitle = useWatch();
  const opening = (sent: SentTitle) => {
    const fromS = sent.positionMs / 1000;
    if (sent.contentId !== media.id) return watchTitle(sent, fromS);
    return () => {
      if (known === null) justChosen.set(media.id, fromS);
      else watch.playHere(fromS);
    };
  };
  useOffer(resume, { driver: solo, title: name, durationS: () => solo?.durationS() ?? null, opening });
  const sending = useSendTo(resume, { contentId: media.id, media: { url: media.url, title: cutText(name, MEDIA_TITLE_MAX_CHARS) } }, solo);

  const together = useMutation({
    mutationFn: () => createSession({ media: mediaRefOf(media) }),
    onSuccess: (session) => {
      justStarted.add(session.id);
      void navigate({ to: '/s/$sessionId', params: { sessionId: session.id } });
    },
  });

  const [namesShown, setNamesShown] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const keys = useMemo(() => ({ help: () => setKeysShown(true) }), []);
  const home = () => void navigate({ to: '/' });
  const at = formatTime(place / 1000);
  return (
    <div className="relative flex h-dvh flex-col overflow-hidden bg-bg">
      <title>{t('watch.titlePage', { name })}</title>
      <header className="flex h-14 shrink-0 items-center gap-3 px-3 sm:px-4">
        <HomeLink compact />
        <h1 className="min-w-0 flex-1 truncate font-semibold">{name}</h1>
        <SavedBadge state={saved} />
        {solo === null ? null : (
          <PlayOnMenu resume={resume} contentId={media.id} onChoose={sending.send} onNames={() => setNamesShown(true)} />
        )}
        <Button
          icon={<Users aria-hidden className="size-4" />}
          busy={together.isPending}
          disabled={unplayable}
          onClick={() => together.mutate()}
        >
          <span className="max-sm:sr-only">{t('watch.together')}</span>
        </Button>
        <ThemeSwitch />
      </header>
      <main className="relative min-h-0 flex-1 bg-black" data-idle={idle || undefined}>
        <VideoPlayer
          media={media}
          title={name}
          driver={solo}
          waitingAtS={resumable ? place / 1000 : media.startS}
          keys={keys}
          onChangeVideo={home}
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
            {known === null ? (
              <div role="status">
                <Spinner className="size-10 animate-late" />
                <span className="sr-only">{t('watch.asking')}</span>
              </div>
            ) : (
              <section
                aria-labelledby="watch-heading"
                className="my-auto flex w-full max-w-sm animate-rise flex-col gap-4 rounded-card border border-line bg-surface/92 p-6 shadow-2xl"
              >
                <div>
                  {resumable ? (
                    <p className="text-sm font-semibold text-accent">
                      {record.device.id === resume?.device.id
                        ? t('watch.wasAt', { time: formatTime(record.positionMs / 1000) })
                        : t('watch.wasAtOn', {
                            time: formatTime(record.positionMs / 1000),
                            device: deviceNameOf(record.device),
                          })}
                    </p>
                  ) : null}
                  <h2 id="watch-heading" className="mt-1 text-2xl leading-tight font-bold text-balance wrap-anywhere">
                    {name}
                  </h2>
                </div>
                <Button
                  variant="primary"
                  size="lg"
                  autoFocus
                  icon={<Play aria-hidden className="size-5 fill-current" />}
                  onClick={() => begin(resumable ? place / 1000 : media.startS)}
                >
                  {resumable ? t('watch.resume', { time: at }) : t('watch.play')}
                </Button>
                {resumable ? (
                  <Button icon={<RotateCcw aria-hidden className="size-4" />} onClick={() => begin(0)}>
                    {t('watch.startOver')}
                  </Button>
                ) : null}
              </section>
            )}
          </div>
        ) : null}
      </main>
      {namesShown ? <DeviceNamesDialog resume={resume} onClose={() => setNamesShown(false)} /> : null}
      {keysShown ? <KeysDialog open party={false} onClose={() => setKeysShown(false)} /> : null}
    </div>
  );
}
