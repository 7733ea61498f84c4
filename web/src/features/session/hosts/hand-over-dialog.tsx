import './words.ts';
import type { SessionClient } from '@cowatch/shared/client';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../ui/overlays/confirm-dialog.tsx';
import type { Person } from '../people/person-rights.ts';

export interface HandOverDialogProps {
  readonly open: boolean;
  readonly client: SessionClient;
  readonly member: Person;
  readonly onClose: () => void;
}

/** Asks once before the party is somebody else's. */
export function HandOverDialog({ open, client, member: { name, memberId }, onClose }: HandOverDialogProps) {
  const { t } = useTranslation();
  return (
    <ConfirmDialog
      open={open}
      title={t('hosts.handOverAsk', { name })}
      text={t('hosts.handOverText')}
      confirmLabel={t('hosts.handOverDo')}
      cancelLabel={t('app.cancel')}
      onConfirm={() => void client.handOver(memberId)}
      onClose={onClose}
    />
  );
}
