import type { ResumeClientState } from '@cowatch/shared/client';
import { CloudOff, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** Where one's place is kept, where that is not on the server. */
export function SavedBadge({ state }: { readonly state: ResumeClientState | null }) {
  const { t } = useTranslation();
  const lost = state !== null && (!state.durable || state.givenUp > 0) && !state.connected;
  const kept = state !== null && !state.connected && state.waiting > 0;
  return (
    <span role="status" className="inline-flex">
      {lost || kept ? (
        <span
          title={lost ? t('watch.notKeptText') : t('watch.keptText')}
          className="inline-flex min-h-9 animate-fade items-center gap-1.5 rounded-full bg-raised px-3 text-sm font-medium text-muted"
        >
          {lost ? <TriangleAlert aria-hidden className="size-4" /> : <CloudOff aria-hidden className="size-4" />}
          {lost ? t('watch.notKept') : t('watch.kept')}
        </span>
      ) : null}
    </span>
  );
}
