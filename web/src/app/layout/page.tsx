import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AccountLink } from './account-link.tsx';
import { HistoryLink } from './history-link.tsx';
import { HomeLink } from './home-link.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** A page with the site's header: everything but a running party. */
export function Page({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="projector relative flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only z-50 rounded-control bg-accent px-4 py-3 font-semibold text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:start-2"
      >
        {t('app.skipToContent')}
      </a>
      <header className="mx-auto flex min-h-16 w-full max-w-6xl shrink-0 flex-wrap items-center justify-between px-4 sm:px-6 phone-landscape:min-h-12">
        <HomeLink />
        <div className="flex items-center gap-1">
          <HistoryLink />
          <AccountLink />
          <ThemeSwitch />
        </div>
      </header>
      <main id="content" className="flex flex-1 flex-col">
        {children}
      </main>
    </div>
  );
}
