import type { Me } from '@cowatch/shared/protocol';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AccountStart } from '../../features/account/index.ts';
import { CodeForm, groupCode, LinkRequestCard, readCode, ShowCode } from '../../features/device-link/index.ts';
import { Card } from '../../ui/card.tsx';
import { AskDeviceName } from '../devices/device-naming.tsx';
import { LINK_BUTTON, LINK_BUTTON_SECONDARY } from '../layout/link-button.ts';
import { arriveAs, ownDeviceName } from '../me.ts';
import { MePage } from './me-page.tsx';

/** `/link`: one device shows a code, and another one, which is signed in, allows it. */
export function LinkPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/link' });
  // What is no code at all is answered by the field for another one.
  const code = readCode(search.code ?? '');
  return (
    <MePage title={t('deviceLink.titlePage')}>
      {(me) =>
        code === null ? (
          <Roads me={me} to={search.to ?? '/'} />
        ) : me.account ? (
          <div className="mx-auto flex w-full max-w-lg flex-1 flex-col">
            <LinkRequestCard
              key={code}
              code={code}
              username={me.account.username}
              again={
                <Link to="/link" className={LINK_BUTTON}>
                  {t('deviceLink.another')}
                </Link>
              }
              onwards={
                <Link to="/account" className={LINK_BUTTON_SECONDARY}>
                  {t('deviceLink.toAccount')}
                </Link>
              }
            />
          </div>
        ) : (
          <Column title={t('deviceLink.signInFirst')} text={t('deviceLink.signInFirstText', { code: groupCode(code) })} narrow>
            <AccountStart deviceName={ownDeviceName()} onDone={(arrived) => void arriveAs(arrived, `/link?code=${code}`)} />
          </Column>
        )
      }
    </MePage>
  );
}

/** Without a code: enter one, or show one. */
function Roads({ me, to }: { readonly me: Me; readonly to: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [deviceName, setDeviceName] = useState(ownDeviceName);
  return (
    <Column title={t('deviceLink.title')} text={t('deviceLink.intro')}>
      {me.account ? (
        <CodeForm onCode={(code) => void navigate({ to: '/link', search: { code } })} />
      ) : (
        <>
          <AskDeviceName resume={null} onNamed={setDeviceName} />
          <ShowCode key={deviceName} deviceName={deviceName} onDone={(arrived) => void arriveAs(arrived, to, true)} />
          <Card title={t('deviceLink.enter')} text={t('deviceLink.enterGuestText')}>
            <Link to="/account" search={{ to: '/link' }} className={`${LINK_BUTTON_SECONDARY} self-start max-sm:w-full`}>
              {t('app.signIn')}
            </Link>
          </Card>
        </>
      )}
    </Column>
  );
}

function Column(props: { readonly title: string; readonly text: string; readonly narrow?: boolean; readonly children: ReactNode }) {
  return (
    <div className={`mx-auto flex w-full flex-col gap-6 ${props.narrow ? 'max-w-md' : 'max-w-2xl'}`}>
      <div>
        <h1 className="text-3xl leading-tight font-extrabold tracking-tight text-balance">{props.title}</h1>
        <p className="mt-3 text-pretty text-muted">{props.text}</p>
      </div>
      {props.children}
    </div>
  );
}
