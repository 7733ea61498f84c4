import type { SessionInfo } from '@cowatch/shared/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { RecentPartiesList } from '../../features/recent-parties/index.ts';
import { ContinueRow, DeviceStrip, ROW_QUERY, useOffer, useResume, watchLink } from '../../features/resume/index.ts';
import { StartPartyForm } from '../../features/start-party/index.ts';
import { rememberedViewer } from '../../lib/own-device.ts';
import { throttled } from '../../lib/throttled.ts';
import { justChosen, justStarted, recentParties, storage } from '../device.ts';
import { Page } from '../layout/page.tsx';
import { useMe } from '../me.ts';
import { useWatch } from '../use-watch.ts';

const nothing = () => null;

/** The row is asked for no more often than this, in milliseconds. */
const ROW_INTERVAL_MS = 1000;

/** One field, one button; below it what this device has seen. */
export function HomePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = useCallback(
    (sessionId: string) => void navigate({ to: '/s/$sessionId', params: { sessionId } }),
    [navigate],
  );
  const started = useCallback(
    (session: SessionInfo) => {
      justStarted.add(session.id);
      open(session.id);
    },
    [open],
  );
  const alone = useCallback((url: string) => void navigate({ to: '/watch', search: { url } }), [navigate]);
  const watch = useWatch();
  // Whoever is known has devices: their news keep the row fresh, and what waits from an evening offline is sent.
  const me = useMe();
  const resume = useResume(storage, me.isSuccess);
  useOffer(resume, {
    ...{ driver: null, title: null, durationS: nothing },
    opening: (sent) => watch(sent, sent.positionMs / 1000),
  });
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
  return (
    <Page>
      <title>{t('app.titleHome')}</title>
      <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col gap-12 px-4 pt-[clamp(1.5rem,10vh,8rem)] pb-16 sm:px-6">
        <section className="flex flex-col gap-6">
          <div>
            <h1 className="text-3xl leading-tight font-extrabold tracking-tight text-balance sm:text-5xl sm:leading-[1.1]">
              {t('home.headline')}
            </h1>
            <p className="mt-4 max-w-2xl text-base text-pretty text-muted sm:text-lg">{t('home.intro')}</p>
          </div>
          <StartPartyForm onStarted={started} onPartyLink={open} onAlone={alone} />
        </section>
        <DeviceStrip resume={resume} playHere={(playing, positionMs) => watch(playing, positionMs / 1000)} />
        <ContinueRow
          onStartOver={(entry) => watch(entry, 'start-over')?.()}
          link={(entry, children) => {
            const link = watchLink(entry.contentId, entry.media?.url);
            const face = 'flex min-w-0 flex-1 items-center gap-3 rounded-card p-2.5';
            const choose = () => justChosen.set(entry.contentId, 'resume');
            if (link === null) return null;
            return link.to === 'title' ? (
              <Link to="/watch/$titleId" params={{ titleId: link.titleId }} className={face} onClick={choose}>
                {children}
              </Link>
            ) : (
              <Link to="/watch" search={{ url: link.url }} className={face} onClick={choose}>
                {children}
              </Link>
            );
          }}
          more={
            <Link to="/history" className="text-sm text-muted underline-offset-4 hover:underline">
              {t('resume.history')}
            </Link>
          }
        />
        <RecentPartiesList
          parties={recentParties}
          viewerIds={me.data ? [me.data.viewerId, ...me.data.formerViewerIds] : [rememberedViewer(storage) ?? '']}
          link={(party, children) => (
            <Link
              to="/s/$sessionId"
              params={{ sessionId: party.sessionId }}
              className="flex min-w-0 flex-1 items-center gap-3 rounded-card p-2.5"
            >
              {children}
            </Link>
          )}
        />
      </div>
    </Page>
  );
}
