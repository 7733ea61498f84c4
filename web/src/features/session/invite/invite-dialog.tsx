import './words.ts';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../ui/overlays/dialog.tsx';
import { AskName } from './ask-name.tsx';
import { Invitation, type InvitationProps } from './invitation.tsx';
import { InvitedFilm } from './invited-film.tsx';

export interface InviteDialogProps extends InvitationProps {
  readonly open: boolean;
  /** What the page calls the person who invites, before they were asked for a name; null otherwise. */
  readonly unaskedName: string | null;
  readonly onName: (name: string) => void;
  /** Why inviting is not for them; null where it is. */
  readonly refused: string | null;
  readonly onClose: () => void;
}

/** The invitation, from wherever one is. */
export function InviteDialog({ open, unaskedName, refused, onName, onClose, ...invitation }: InviteDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t('invite.title')} text={refused ?? t('invite.text')} closeLabel={t('app.close')}>
      {refused === null ? (
        <div className="mt-4 flex flex-col gap-4">
          <InvitedFilm film={invitation.film} />
          {unaskedName === null ? null : <AskName suggested={unaskedName} onDone={onName} />}
          <Invitation {...invitation} />
        </div>
      ) : null}
    </Dialog>
  );
}
