import type { ResumeClient } from '@cowatch/shared/client';
import type { Me, SessionInfo } from '@cowatch/shared/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RecentPartiesList } from '../../features/recent-parties/index.ts';
import { ContinueRow, DeviceStrip, mediaToWatch, ROW_QUERY, useOffer, useResume } from '../../features/resume/index.ts';
import { createSession } from '../../features/session/api.ts';
import { StartPartyForm, TogetherPicture } from '../../features/start-party/index.ts';
import { identity } from '../../lib/identity/identity.ts';
import { throttled } from '../../lib/throttled.ts';
import { useTitleName } from '../../lib/titles/use-title-name.ts';
import { TITLE_CARD_LINK } from '../../ui/title-card.tsx';
import { justStarted, leftParty, recentParties, storage } from '../device.ts';
import { AskDeviceName, DeviceNamesDialog } from '../devices/device-naming.tsx';
import { LINK_BUTTON_SECONDARY } from '../layout/link-button.ts';
import { Page } from '../layout/page.tsx';
import { WatchTitleLink } from '../layout/watch-title-link.tsx';
import { useMe } from '../me.ts';
import { useWatch } from '../use-watch.ts';

const nothing = () => null;

/** The row is asked for no more often than this, in milliseconds. */
const ROW_INTERVAL_MS = 1000;

/** One field, one button; below it what this device has seen. */
export function HomePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = useCallback((sessionId: string) => void navigate({ to: '/s/$sessionId', params: { sessionId } }), [navigate]);
  const started = useCallback(
    (session: SessionInfo) => {
      justStarted.add(session.id);
      open(session.id);
    },
    [open],
  );
  const alone = useCallback((url: string) => void navigate({ to: '/watch', search: { url } }), [navigate]);
  const watch = useWatch();
  // A viewer may have other devices: their updates keep the row fresh, and what waits from an evening offline is sent.
  const { me, isSuccess: isKnown } = useMe();
  const resume = useResume(storage, isKnown);
  useOffer(resume, {
    driver: null,
    title: null,
    durationS: nothing,
    opening: (sent) => watch(sent, sent.positionMs / 1000),
  });
  const [namesShown, setNamesShown] = useState(false);
  useFreshRow(resume);
  return (
    <Page>
      <title>{t('app.titleHome')}</title>
      <LeftParty />
      <div className="mx-auto my-auto grid w-full max-w-6xl gap-x-12 gap-y-10 px-4 pt-6 pb-16 sm:px-6 md:grid-cols-[minmax(0,1fr)_minmax(0,30rem)] lg:pt-10 phone-landscape:grid-cols-[minmax(0,1fr)_minmax(0,17rem)] phone-landscape:gap-x-6 phone-landscape:pt-1">
        <section className="flex flex-col justify-center gap-6 phone-landscape:gap-3">
          <div>
            <h1 className="text-3xl leading-tight font-extrabold tracking-tight text-balance lg:text-5xl lg:leading-[1.1] 2xl:text-6xl phone-landscape:text-2xl">
              {t('home.headline')}
            </h1>
            <p className="mt-4 max-w-2xl text-base text-pretty text-muted lg:text-lg phone-landscape:mt-1 phone-landscape:text-sm">
              {t('home.intro')}
            </p>
          </div>
          <StartPartyForm create={createSession} onStarted={started} onPartyLink={open} onAlone={alone} />
        </section>
        {/* Beside the field; where there is no room beside it, below what one was watching. */}
        <TogetherPicture className="mx-auto w-full max-w-md self-center max-md:order-last md:max-w-none phone-landscape:order-none" />
        <div className="flex flex-col gap-5 empty:hidden md:col-span-full phone-landscape:col-span-full">
          <DeviceStrip
            resume={resume}
            playHere={(playing, positionMs) => watch(playing, positionMs / 1000)}
            onNames={() => setNamesShown(true)}
          >
            <AskDeviceName resume={resume} />
          </DeviceStrip>
          <OwnTitles resume={resume} />
          <OwnParties me={me} />
        </div>
      </div>
      {namesShown ? <DeviceNamesDialog resume={resume} onClose={() => setNamesShown(false)} /> : null}
    </Page>
  );
}

/** What somebody may want to go on with. */
function OwnTitles({ resume }: { readonly resume: ResumeClient | null }) {
  const { t } = useTranslation();
  const watch = useWatch();
  return (
    <ContinueRow
      resume={resume}
      onStartOver={(entry) => watch(entry, 'start-over')?.()}
      link={(entry, children) => (
        <WatchTitleLink contentId={entry.contentId} url={entry.media?.url} resumes className={TITLE_CARD_LINK}>
          {children}
        </WatchTitleLink>
      )}
      more={
        <Link to="/history" className="text-sm text-muted underline-offset-4 hover:underline">
          {t('resume.history')}
        </Link>
      }
    />
  );
}

/** The parties of this device that are those of who is here, or was here last while that is not known. */
function OwnParties({ me }: { readonly me: Me | null }) {
  const nameOf = useTitleName();
  return (
    <RecentPartiesList
      parties={recentParties}
      viewerIds={me ? [me.viewerId, ...me.formerViewerIds] : [identity.viewerId ?? '']}
      filmOf={({ media, mediaTitle = null, title }) => {
        const found = mediaToWatch(media);
        if (found === null) return { contentId: 'titleId' in media ? `title:${media.titleId}` : media.url, name: mediaTitle ?? title };
        return { contentId: found.id, name: nameOf({ contentId: found.id, media: { url: found.url, title: mediaTitle } }) };
      }}
      link={(party, children) => (
        <Link to="/s/$sessionId" params={{ sessionId: party.sessionId }} className={TITLE_CARD_LINK}>
          {children}
        </Link>
      )}
    />
  );
}

/** Keeps the row of titles as fresh as what is heard of it. */
function useFreshRow(resume: ResumeClient | null): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (resume === null) return;
    // Another device that comes back from a long time offline sends hundreds of places at once.
    const row = throttled(() => void queries.invalidateQueries({ queryKey: ROW_QUERY }), ROW_INTERVAL_MS);
    const stops = [resume.on('continue:changed', row.call), resume.on('resume:updated', row.call), row.stop];
    return () => {
      for (const stop of stops) stop();
    };
  }, [resume, queries]);
}

/** The way back into a party that was left by its button: the press may have been a mistake. */
function LeftParty() {
  const { t } = useTranslation();
  const [party] = useState(leftParty.last);
  useEffect(
    () => () => {
      leftParty.last = null;
    },
    [],
  );
  if (party === null) return null;
  return (
    <p role="status" className="mx-auto flex w-full max-w-6xl animate-fade flex-wrap items-center gap-x-4 gap-y-1 px-4 sm:px-6">
      <span className="min-w-0 wrap-anywhere">{t('left.text', { title: party.title })}</span>
      <Link to="/s/$sessionId" params={{ sessionId: party.sessionId }} className={LINK_BUTTON_SECONDARY}>
        {t('left.back')}
      </Link>
    </p>
  );
}
