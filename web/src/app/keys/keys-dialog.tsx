import './words.ts';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/overlays/dialog.tsx';

export interface KeysDialogProps {
  readonly open: boolean;
  /** False where one watches alone: nobody to invite, and the video has the window already. */
  readonly party?: boolean;
  readonly onClose: () => void;
}

/** The list of keys. */
export function KeysDialog({ open, party = true, onClose }: KeysDialogProps) {
  const { t } = useTranslation();
  const rows = [
    { keys: [t('keys.space'), 'K'], text: t('keys.playPause') },
    { keys: ['←', '→'], text: t('keys.seek5') },
    { keys: ['J', 'L'], text: t('keys.seek10') },
    { keys: ['0', '…', '9'], text: t('keys.tenths') },
    { keys: [',', '.'], text: t('keys.frame') },
    { keys: ['<', '>'], text: t('keys.speed') },
    { keys: ['↑', '↓'], text: t('keys.volume') },
    { keys: ['M'], text: t('keys.mute') },
    { keys: ['F'], text: t('keys.fullscreen') },
    { keys: ['P'], text: t('keys.pip') },
    ...(party ? [{ keys: ['T'], text: t('keys.theatre') }] : []),
    { keys: ['C'], text: t('keys.captions') },
    ...(party
      ? [
          { keys: [t('keys.shift'), 'P'], text: t('keys.people') },
          { keys: [t('keys.shift'), 'C'], text: t('keys.chat') },
          { keys: ['Enter'], text: t('keys.write') },
          { keys: ['Q'], text: t('keys.queue') },
          { keys: [t('keys.shift'), 'N'], text: t('keys.next') },
          { keys: ['I'], text: t('keys.invite') },
        ]
      : []),
    { keys: ['?'], text: t('keys.help') },
  ];
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} closeLabel={t('app.close')}>
      <dl className="mt-2">
        {rows.map(({ keys, text }) => (
          <div key={text} className="flex min-h-10 items-center justify-between gap-4 border-b border-line last:border-0">
            <dd className="order-1 text-sm">{text}</dd>
            <dt className="order-2 flex shrink-0 items-center gap-1.5">
              {keys.map((key) => (
                <kbd
                  key={key}
                  className="inline-flex min-w-7 justify-center rounded-md border border-line-strong bg-raised px-2 py-0.5 font-sans text-xs font-semibold"
                >
                  {key}
                </kbd>
              ))}
            </dt>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
