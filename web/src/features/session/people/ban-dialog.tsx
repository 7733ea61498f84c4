import '../notices/words.ts';
import '../hosts/words.ts';
import type { SessionClient } from '@cowatch/shared/client';
import type { Member } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertText } from '../../../ui/alert-text.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/overlays/dialog.tsx';
import type { Banned } from './use-host-actions.ts';

export interface BanDialogProps extends Banned {
  readonly open: boolean;
  readonly client: SessionClient;
  readonly onClose: () => void;
}

/** Somebody is banned: what that means, the way back, and whether their address is kept out too. */
export function BanDialog({ open, client, member, reach, onClose }: BanDialogProps) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const { name, memberId } = member;
  const run = (command: ReturnType<SessionClient['ban']>) =>
    void command.then(({ ok }) => {
      if (ok) onClose();
      setFailed(!ok);
    });
  return (
    <Dialog open={open} onClose={onClose} title={t('people.wasBanned', { name })} text={t('hosts.banText')} closeLabel={t('app.close')}>
      {reach === null ? null : (
        <section aria-labelledby="ban-address" className="mt-4 flex flex-col gap-2 rounded-card border border-line p-4">
          <h3 id="ban-address" className="font-semibold">
            {t('hosts.banAddress')}
          </h3>
          <p className="text-sm text-muted">{reachText(t, reach, client.state.members)}</p>
          {reach.address === 'usable' ? (
            <Button className="self-start" variant="dangerGhost" onClick={() => run(client.ban(memberId, true))}>
              {t('hosts.banAddressDo')}
            </Button>
          ) : null}
        </section>
      )}
      {failed ? <AlertText>{t('notice.refused')}</AlertText> : null}
      <div className="mt-5 flex flex-wrap justify-end gap-3">
        <Button onClick={() => run(client.unban(memberId))}>{t('app.undo')}</Button>
        <Button variant="primary" onClick={onClose}>
          {t('hosts.done')}
        </Button>
      </div>
    </Dialog>
  );
}

/** Whom else it keeps out, and for how long; or why it is not to be had. */
function reachText(t: TFunction, { address, alsoOut }: NonNullable<Banned['reach']>, members: readonly Member[]): string {
  if (address !== 'usable') return t(address === 'proxy' ? 'hosts.banProxy' : 'hosts.banUnknown');
  const names = alsoOut.map((id) => members.find(({ memberId }) => memberId === id)?.name ?? t('hosts.somebody'));
  const others = new Intl.ListFormat(document.documentElement.lang, { type: 'conjunction' }).format(names);
  return names.length === 0 ? t('hosts.banNobodyElse') : t('hosts.banAlso', { names: others });
}
