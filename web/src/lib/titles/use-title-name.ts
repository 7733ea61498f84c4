import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { type NamedTitle, titleName } from './title-names.ts';

/** What people call a title, in their language. */
export function useTitleName(): (title: NamedTitle) => string {
  const { t } = useTranslation();
  return useCallback((title) => titleName(t, title), [t]);
}
