import './words.ts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AskName } from './ask-name.tsx';
import { Invitation, type InvitationProps } from './invitation.tsx';

export interface InviteInPlaceProps extends InvitationProps {
  /** What the page calls the person who invites, before they were asked for a name; null otherwise. */
  readonly unaskedName: string | null;
  readonly onName: (name: string) => void;
}

/** What stands instead of a list of people while there is one: how others come. */
export function InviteInPlace({ unaskedName, onName, ...invitation }: InviteInPlaceProps) {
  const { t } = useTranslation();
  const [invited, setInvited] = useState(false);
  return (
    <section
      aria-labelledby="alone"
      className="mx-4 mt-1 mb-4 flex flex-col gap-3 rounded-card border border-transparent bg-accent-soft p-4"
    >
      <div>
        <h2 id="alone" className="font-bold">
          {t('invite.alone')}
        </h2>
        <p className="mt-1 text-sm text-muted">{t('invite.aloneText')}</p>
      </div>
      {/* Somebody is about to come: now it matters what one is called. */}
      {invited && unaskedName !== null ? <AskName suggested={unaskedName} onDone={onName} /> : null}
      <Invitation {...invitation} compact onInvited={() => setInvited(true)} />
    </section>
  );
}
