import type { Me } from '@cowatch/shared/protocol';
import { RotateCcw, Tv } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../lib/format-time.ts';
import { problemWords } from '../../lib/http/problem-words.ts';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { useDeviceCode } from './use-device-code.ts';
import { groupCode } from './user-code.ts';

export interface ShowCodeProps {
  readonly deviceName: string;
  /** Somebody has allowed it: this device is signed in. */
  readonly onDone: (me: Me) => void;
}

/** Shows a code here, for somebody to allow this device from one that is signed in. */
export function ShowCode({ deviceName, onDone }: ShowCodeProps) {
  const { t } = useTranslation();
  const { code, secondsLeft, gone, busy, error, show } = useDeviceCode(deviceName, onDone);
  if (code === null || gone) {
    return (
      <Card title={gone ? t('deviceLink.gone') : t('deviceLink.show')} text={gone ? t('deviceLink.goneText') : t('deviceLink.showText')}>
        {error ? <AlertText>{problemWords(t, error, t('problem.serverFailed'))}</AlertText> : null}
        <Button
          variant="primary"
          size="lg"
          className="self-start max-sm:w-full"
          icon={gone ? <RotateCcw aria-hidden className="size-4.5" /> : <Tv aria-hidden className="size-4.5" />}
          busy={busy}
          onClick={show}
        >
          {gone ? t('deviceLink.showAgain') : t('deviceLink.showDo')}
        </Button>
      </Card>
    );
  }
  return (
    <Card title={t('deviceLink.shown')}>
      <div className="flex flex-col items-center gap-6 sm:flex-row sm:items-center sm:justify-between">
        <div className="flex flex-col items-center gap-4 sm:items-start">
          <p className="text-sm text-muted max-sm:text-center">
            {t('deviceLink.shownText', { address: addressOf(code.verification_uri) })}
          </p>
          <output
            ref={focus}
            tabIndex={-1}
            aria-label={t('deviceLink.code')}
            className="text-4xl font-extrabold tracking-widest whitespace-nowrap select-all tabular sm:text-5xl"
          >
            {groupCode(code.user_code)}
          </output>
          <p className="text-sm text-muted tabular" role="timer">
            {t('deviceLink.left', { time: formatTime(secondsLeft) })}
          </p>
        </div>
        <div className="flex shrink-0 flex-col items-center gap-2">
          <QrCode text={code.verification_uri_complete} label={t('deviceLink.qr')} className="size-44" />
          <p className="max-w-44 text-center text-sm text-muted">{t('deviceLink.qrText')}</p>
        </div>
      </div>
    </Card>
  );
}

/** The button that was pressed is gone: screen readers say the code. Stays the same function, so that it is called once. */
function focus(element: HTMLElement | null) {
  element?.focus();
}

/** An address as one types it. */
function addressOf(url: string): string {
  return url.replace(/^https?:\/\//, '');
}
