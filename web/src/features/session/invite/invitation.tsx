import { Check, Copy, Share2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { TextField } from '../../../ui/fields/text-field.tsx';
import { QrCode } from '../../../ui/qr-code.tsx';
import type { Film } from './invited-film.tsx';

export interface InvitationProps {
  readonly url: string;
  readonly partyName: string;
  readonly film: Film;
  /** Stands beside other things, and says less. */
  readonly compact?: boolean;
  /** The link is on its way to somebody. */
  readonly onInvited?: () => void;
}

const COPIED_MS = 2500;

/** The party's link, to share, to copy, or to point a phone at. */
export function Invitation({ url, partyName, film, compact = false, onInvited }: InvitationProps) {
  const { t } = useTranslation();
  const [copy, setCopy] = useState<'idle' | 'copied' | 'failed'>('idle');
  const field = useRef<HTMLInputElement>(null);
  // A sheet that knows one's friends is the shortest way to them; elsewhere the link itself is.
  const canShare = typeof navigator.share === 'function';

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
    onInvited?.();
  }

  return (
    <div className={cx('flex flex-col', compact ? 'gap-3' : 'gap-4')}>
      <TextField
        ref={field}
        label={t('invite.link')}
        labelHidden={compact}
        readOnly
        dir="ltr"
        value={url}
        onFocus={(event) => event.target.select()}
        fieldClassName="text-sm"
      />
      <div className="flex flex-wrap gap-3">
        {canShare ? (
          <Button
            variant="primary"
            className="flex-1"
            icon={<Share2 aria-hidden className="size-4.5" />}
            onClick={() => {
              // Closing the share sheet rejects, which is an answer and no error.
              const { name, host } = film;
              const text = host === null ? t('invite.shareText', { film: name }) : t('invite.shareTextHost', { film: name, host });
              void navigator.share({ title: partyName, text, url }).then(onInvited, () => {});
            }}
          >
            {t('invite.share')}
          </Button>
        ) : null}
        <Button
          variant={canShare ? 'secondary' : 'primary'}
          className="flex-1"
          icon={copy === 'copied' ? <Check aria-hidden className="size-4.5" /> : <Copy aria-hidden className="size-4.5" />}
          onClick={() => void copyLink()}
        >
          {copy === 'copied' ? t('invite.copied') : copy === 'failed' ? t('invite.copyFailed') : t('invite.copy')}
        </Button>
      </div>
      <p role="status" className="sr-only">
        {copy === 'copied' ? t('invite.copied') : ''}
      </p>
      <div className="flex flex-col items-center gap-2 phone-landscape:hidden">
        <QrCode text={url} label={t('invite.qr')} className={compact ? 'size-36' : 'size-44'} />
        <p className="text-sm text-muted">{t('invite.qrText')}</p>
      </div>
    </div>
  );
}
