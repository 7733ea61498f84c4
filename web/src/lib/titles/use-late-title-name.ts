import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NamedTitle } from './title-names.ts';

const load = () => import('./title-names.ts');

/** As `useTitleName`, for a page that should be there before it can read names of files: null until it can. */
export function useLateTitleName({ contentId, media }: NamedTitle): string | null {
  const { t } = useTranslation();
  const [naming, setNaming] = useState<Awaited<ReturnType<typeof load>> | null>(null);
  useEffect(() => {
    // Where it cannot be fetched the caller's own word stays.
    void load().then(setNaming, () => {});
  }, []);
  return naming?.titleName(t, { contentId, media }) ?? null;
}
