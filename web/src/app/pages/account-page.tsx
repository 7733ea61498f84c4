import type { Me } from '@cowatch/shared/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { MonitorSmartphone, Smartphone } from 'lucide-react';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import {
  AccountStart,
  DataSection,
  DEVICES_QUERY,
  DevicesSection,
  GuestSection,
  PasskeysSection,
  PasswordSection,
  SignOutButton,
} from '../../features/account/index.ts';
import { partiesOf } from '../../features/recent-parties/index.ts';
import { forgetKnownTitles, forgetWatched } from '../../features/resume/index.ts';
import { identity } from '../../lib/identity/identity.ts';
import { forgetOwnDevice, renameOwnDevice } from '../../lib/identity/own-device.ts';
import { useTitleName } from '../../lib/titles/use-title-name.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { recentParties, storage } from '../device.ts';
import { LINK_BUTTON_SECONDARY } from '../layout/link-button.ts';
import { arriveAs, beginAs, ME_QUERY, ownDeviceName, tellOtherTabs, useGuestAside } from '../me.ts';
import { DownloadDataButton } from './download-data-button.tsx';
import { MePage } from './me-page.tsx';

/** `/account`: the ways to an account for a guest, and everything about it for people who have one. */
export function AccountPage() {
  const { t } = useTranslation();
  const { to = '/' } = useSearch({ from: '/account' });
  return (
    <MePage title={t('account.titlePage')}>
      {(me) => (me.account ? <OwnAccount me={me} account={me.account} /> : <NoAccount me={me} to={to} />)}
    </MePage>
  );
}

function NoAccount({ me, to }: { readonly me: Me; readonly to: string }) {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex w-full max-w-md flex-col gap-8">
      <div>
        <h1 className="text-3xl leading-tight font-extrabold tracking-tight text-balance">{t('account.headline')}</h1>
        <p className="mt-3 text-pretty text-muted">{t('account.intro')}</p>
      </div>
      <AccountStart
        deviceName={ownDeviceName()}
        byCode={
          <Link to="/link" search={to === '/' ? {} : { to }} className={`${LINK_BUTTON_SECONDARY} gap-2 text-center`}>
            <Smartphone aria-hidden className="size-4.5 shrink-0" />
            {t('account.useCode')}
          </Link>
        }
        onDone={(arrived) => void arriveAs(arrived, to)}
      />
      <DataSection username={null} download={<DownloadDataButton />} onErased={() => void forgetHere(me)} />
    </div>
  );
}

function OwnAccount({ me, account }: { readonly me: Me; readonly account: NonNullable<Me['account']> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const askAgain = useCallback(() => queries.invalidateQueries({ queryKey: ME_QUERY }), [queries]);
  const since = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium' });
  const nameOf = useTitleName();
  const guest = useGuestAside(me);
  const deviceName = me.device?.name ?? ownDeviceName();
  const { username } = account;
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <div className="flex min-w-0 items-center gap-4">
          <Avatar name={username} className="size-14 text-xl" />
          <div className="min-w-0">
            <h1 className="truncate text-2xl font-bold">{username}</h1>
            <p className="text-sm text-muted">{t('account.since', { date: since.format(account.createdAtMs) })}</p>
          </div>
        </div>
        <SignOutButton onDone={() => beginAs(null, '/')} />
      </div>
      <GuestSection
        guest={guest}
        brought={me.brought}
        nameOf={nameOf}
        onChanged={askAgain}
        onUndone={() => {
          tellOtherTabs();
          void forgetKnownTitles(me.viewerId).catch(() => {});
        }}
      />
      <DevicesSection
        link={
          <Link to="/link" className={`${LINK_BUTTON_SECONDARY} gap-2`}>
            <MonitorSmartphone aria-hidden className="size-4" />
            {t('account.link')}
          </Link>
        }
        onRenamedHere={(name) => {
          renameOwnDevice(storage, navigator.userAgent, name);
          void askAgain();
        }}
        onLost={askAgain}
      />
      <PasskeysSection username={username} deviceName={deviceName} />
      <PasswordSection username={username} onChanged={() => void queries.invalidateQueries({ queryKey: DEVICES_QUERY })} />
      <DataSection username={username} download={<DownloadDataButton />} onErased={() => void forgetHere(me)} />
    </div>
  );
}

/** What the server has erased goes from this browser too: what it could not send yet, its parties, what it is called, and who it remembers. */
async function forgetHere({ viewerId, formerViewerIds }: Me): Promise<void> {
  for (const id of [viewerId, ...formerViewerIds]) await forgetWatched(id).catch(() => {});
  const own = partiesOf(recentParties.list(), [viewerId, ...formerViewerIds]);
  for (const { sessionId } of own) recentParties.remove(sessionId);
  forgetOwnDevice(storage);
  identity.forgetEverywhere();
  beginAs(null, '/');
}
