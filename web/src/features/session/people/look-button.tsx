import type { Look } from '@cowatch/shared/protocol';
import { useTranslation } from 'react-i18next';
import { useMediaQuery } from '../../../lib/hooks/use-media-query.ts';
import { Face } from '../../../ui/face.tsx';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { Popover } from '../../../ui/overlays/popover.tsx';

const LookPicker = lazyPart(() => import('./look-picker.tsx'), 'LookPicker');

export interface LookButtonProps {
  readonly look: Look;
  readonly onLook: (look: Look) => void;
  /** Over the picture everything is dark. */
  readonly dark?: boolean;
}

/** How one looks oneself; pressed, it can be changed. */
export function LookButton({ look, onLook, dark = false }: LookButtonProps) {
  const { t } = useTranslation();
  // A phone on its side has no room below.
  const isLow = useMediaQuery('(orientation: landscape) and (max-height: 500px)');
  return (
    <Popover
      label={t('look.change')}
      side={isLow ? 'left' : 'bottom'}
      align="start"
      dark={dark}
      trigger={
        <button
          type="button"
          aria-label={t('look.change')}
          data-tooltip={t('look.change')}
          className="inline-flex size-11 shrink-0 items-center justify-center rounded-full"
        >
          <Face look={look} className="size-9 text-lg ring-2 ring-accent" />
        </button>
      }
    >
      <LookPicker look={look} onLook={onLook} />
    </Popover>
  );
}
