import { Link } from '@tanstack/react-router';
import { Popcorn } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NoticePage } from '../../ui/notice-page.tsx';
import { LINK_BUTTON } from '../layout/link-button.ts';
import { Page } from '../layout/page.tsx';

/** An address where nothing is. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page>
      <NoticePage
        icon={<Popcorn className="size-8" />}
        title={t('problem.pageTitle')}
        text={t('problem.pageText')}
        actions={
          <Link to="/" className={LINK_BUTTON}>
            {t('app.toHome')}
          </Link>
        }
      />
    </Page>
  );
}
