import type { ResumeClientState } from '@cowatch/shared/client';
import { CloudOff, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { savedWords } from './saved-words.ts';

/** Where one's place is kept, where that is not on the server. */
export function SavedBadge({ state }: { readonly state: ResumeClientState | null }) {
  const { t } = useTranslation();
  const words = savedWords(state);
  return (
    <span role="status" className="inline-flex">
      {words === null ? null : (
        <span
          title={t(words.text)}
          className="inline-flex min-h-9 animate-fade items-center gap-1.5 rounded-full bg-raised px-3 text-sm font-medium text-muted"
        >
          {words.lost ? <TriangleAlert aria-hidden className="size-4" /> : <CloudOff aria-hidden className="size-4" />}
          {t(words.label)}
          <span className="sr-only">{t(words.text)}</span>
        </span>
      )}
    </span>
  );
}
