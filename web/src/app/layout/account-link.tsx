import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../../ui/avatar.tsx';
import { useMe, useSameMe } from '../me.ts';

/** The way to one's account, or to one. */
export function AccountLink() {
  const { t } = useTranslation();
  const { me, isSuccess } = useMe();
  const { pathname, href } = useLocation();
  useSameMe();
  const account = me?.account;
  if (account) {
    const name = t('app.accountOf', { name: account.username });
    return (
      <Link
        to="/account"
        aria-label={name}
        data-tooltip={name}
        className="inline-flex size-11 items-center justify-center rounded-full hover:bg-raised"
      >
        <Avatar name={account.username} className="ring-1 ring-line-strong" />
      </Link>
    );
  }
  // Where one signs in already there is nothing to point at; and nobody is asked to before it is known that they are not.
  if (!isSuccess || pathname === '/account' || pathname === '/link') return null;
  return (
    <Link
      to="/account"
      search={pathname === '/' ? {} : { to: href }}
      className="inline-flex min-h-11 items-center rounded-control px-3 text-sm font-semibold text-muted transition-colors duration-150 hover:bg-raised hover:text-text"
    >
      {t('app.signIn')}
    </Link>
  );
}
