import type { SessionInfo } from '@cowatch/shared/protocol';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { RecentPartiesList } from '../../features/recent-parties/index.ts';
import { StartPartyForm } from '../../features/start-party/index.ts';
import { justStarted, recentParties } from '../device.ts';
import { Page } from '../layout/page.tsx';

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
          <StartPartyForm onStarted={started} onPartyLink={open} />
        </section>
        <RecentPartiesList
          parties={recentParties}
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
