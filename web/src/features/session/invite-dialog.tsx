import { Check, Copy, Share2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { AskName } from './ask-name.tsx';

export interface InviteDialogProps {
  readonly open: boolean;
  readonly url: string;
  readonly partyName: string;
  /** What the page calls whoever invites, where nobody asked them for a name yet; null otherwise. */
  readonly unaskedName: string | null;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

const COPIED_MS = 2500;

/** The party's link, to copy, to share, or to point a phone at. */
export function InviteDialog({ open, url, partyName, unaskedName, onName, onClose }: InviteDialogProps) {
  const { t } = useTranslation();
  const [copy, setCopy] = useState<'idle' | 'copied' | 'failed'>('idle');
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (copy === 'idle') return;
    const timer = setTimeout(() => setCopy('idle'), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copy]);

  async function copyLink() {
    field.current?.select();
    const copied = await navigator.clipboard?.writeText(url).then(
      () => true,
      () => false,
    );
    // Pages without https (a server in the living room) have no clipboard, but may still copy what is selected.
    setCopy(copied || document.execCommand('copy') ? 'copied' : 'failed');
  }

  return (
    <Dialog open={open} onClose={onClose} title={t('invite.title')} text={t('invite.text')} closeLabel={t('app.close')}>
      <div className="mt-4 flex flex-col gap-4">
        {unaskedName === null ? null : <AskName suggested={unaskedName} onDone={onName} />}
        <TextField
          ref={field}
          label={t('invite.link')}
          readOnly
          value={url}
          onFocus={(event) => event.target.select()}
          fieldClassName="text-sm"
        />
        <div className="flex flex-wrap gap-3">
          <Button
            variant="primary"
            className="flex-1"
            icon={
              copy === 'copied' ? <Check aria-hidden className="size-4.5" /> : <Copy aria-hidden className="size-4.5" />
            }
            onClick={() => void copyLink()}
          >
            {copy === 'copied' ? t('invite.copied') : copy === 'failed' ? t('invite.copyFailed') : t('invite.copy')}
          </Button>
          {typeof navigator.share === 'function' ? (
            <Button
              className="flex-1"
              icon={<Share2 aria-hidden className="size-4.5" />}
              onClick={() => {
                // Closing the share sheet rejects, which is an answer and no error.
                void navigator.share({ title: t('invite.shareText', { name: partyName }), url }).catch(() => {});
              }}
            >
              {t('invite.share')}
            </Button>
          ) : null}
        </div>
        <p role="status" className="sr-only">
          {copy === 'copied' ? t('invite.copied') : ''}
        </p>
        <div className="flex flex-col items-center gap-2 phone-landscape:hidden">
          <QrCode text={url} label={t('invite.qr')} />
          <p className="text-sm text-muted">{t('invite.qrText')}</p>
        </div>
      </div>
    </Dialog>
  );
}
