import type { Me } from '@cowatch/shared/protocol';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BringQuestion, bringByDefault } from '../../features/account/index.ts';
import { chosenName } from '../../features/session/people/person-name.ts';
import { identity } from '../../lib/identity/identity.ts';
import { leaveGuest } from '../../lib/identity/own-device.ts';
import { useTitleName } from '../../lib/titles/use-title-name.ts';
import { storage } from '../device.ts';
import { beginAs } from '../me.ts';
import { MePage } from './me-page.tsx';

/** `/account/guest`: whose is what was watched in this browser? Asked once, after the sign-in. */
export function GuestPage() {
  const { t } = useTranslation();
  return <MePage title={t('guest.titlePage')}>{(me) => <Guest me={me} />}</MePage>;
}

function Guest({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const { to = '/', by } = useSearch({ from: '/account/guest' });
  const nameOf = useTitleName();
  const [broughtId, setBroughtId] = useState<string | null>(null);
  const { account, guest, viewerId } = me;
  const onItsWay = me.brought.find((one) => one.viewerId === broughtId) ?? null;
  const goOn = () => beginAs(viewerId, to);
  // There is nobody to ask about: somebody came back to this page, or taken out again what had come.
  const isOver = account === null || (guest === null && onItsWay === null);
  useEffect(() => {
    if (isOver) window.location.replace(to);
  }, [isOver, to]);
  if (isOver) return null;
  return (
    <div className="mx-auto flex w-full max-w-lg flex-1 flex-col justify-center">
      <BringQuestion
        username={account.username}
        nameOf={nameOf}
        guest={guest}
        onItsWay={onItsWay}
        bringFirst={bringByDefault({
          titles: guest?.titles ?? 0,
          chosenName: guest === null ? null : chosenName(storage, guest.viewerId, t),
          username: account.username,
          byCode: by === 'code',
        })}
        onBrought={(now) => {
          setBroughtId(guest?.viewerId ?? null);
          identity.heard(now);
        }}
        onLeft={() => {
          if (guest !== null) leaveGuest(storage, guest.viewerId);
          goOn();
        }}
        onGoOn={goOn}
      />
    </div>
  );
}
