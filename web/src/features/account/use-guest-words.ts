import type { GuestOutline } from '@cowatch/shared/protocol';
import { useTranslation } from 'react-i18next';

/** What people call a title. */
export type NameOf = (title: NonNullable<GuestOutline['last']>) => string;

/** What a guest has, in words. */
export function useGuestWords(nameOf: NameOf) {
  const { t } = useTranslation();
  return {
    amount: ({ titles }: GuestOutline) => (titles === 0 ? t('guest.untold') : t('guest.titles', { count: titles })),
    last: ({ last }: GuestOutline) => (last === null ? null : t('guest.last', { title: nameOf(last) })),
  };
}
