import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** The way to what was watched. */
export function HistoryLink() {
  const { t } = useTranslation();
  return (
    <Link
      to="/history"
      className="inline-flex min-h-11 items-center rounded-control px-3 text-sm font-semibold text-muted transition-colors duration-150 hover:bg-raised hover:text-text aria-[current=page]:text-text"
    >
      {t('app.history')}
    </Link>
  );
}
