import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { cx } from '../../ui/cx.ts';
import { Logo } from '../../ui/logo.tsx';

/** The logo; in a narrow place without its word. */
export function HomeLink({ compact = false }: { readonly compact?: boolean }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/"
      aria-label={t('app.homeLink')}
      className="inline-flex min-h-11 min-w-11 shrink-0 items-center justify-center gap-2 rounded-control text-lg font-bold tracking-tight"
    >
      <Logo />
      <span className={cx(compact && 'max-sm:hidden @max-[40rem]/header:hidden')}>{t('app.name')}</span>
    </Link>
  );
}
