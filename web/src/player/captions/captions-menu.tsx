import './words.ts';
import { Minus, Plus, RotateCcw } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { CAPTION_SIZES, type CaptionSize } from './caption-preferences.ts';
import type { Captions } from './captions.ts';
import { Group } from './choices.tsx';
import { TrackGroup } from './track-group.tsx';

/** Steps of the timing, in milliseconds. */
const COARSE_MS = 1000;
const FINE_MS = 100;

/** Languages, size and timing of captions, and the way to add some: for oneself, or for everyone in the party. */
export function CaptionsMenu({ captions }: { readonly captions: Captions }) {
  const { t } = useTranslation();
  const { chosen, size } = useSyncExternalStore(captions.subscribe, captions.state);
  return (
    <div className="flex flex-col gap-4">
      <TrackGroup captions={captions} />
      <Group legend={t('captions.size')} row>
        {CAPTION_SIZES.map((each) => (
          <SizeChoice key={each} size={each} checked={size === each} onChoose={() => captions.setSize(each)} />
        ))}
      </Group>
      {chosen ? <Timing captions={captions} /> : null}
    </div>
  );
}

function SizeChoice(props: { readonly size: CaptionSize; readonly checked: boolean; readonly onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <label
      className={cx(
        'flex min-h-11 flex-1 cursor-pointer items-center justify-center rounded-control border text-sm font-semibold',
        'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
        props.checked ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong hover:bg-raised',
      )}
    >
      <input
        type="radio"
        name="caption-size"
        className="sr-only"
        aria-label={t(`captions.sizes.${props.size}`)}
        checked={props.checked}
        onChange={props.onChoose}
      />
      <span aria-hidden>{props.size.toUpperCase()}</span>
    </label>
  );
}

/** How much later or earlier the captions of this title come. */
function Timing({ captions }: { readonly captions: Captions }) {
  const { t } = useTranslation();
  const { offsetMs } = useSyncExternalStore(captions.subscribe, captions.state);
  const shiftS = (offsetMs / 1000).toFixed(1).replace('-', '−');
  const shiftBy = (byMs: number) => () => captions.setOffsetMs(captions.state().offsetMs + byMs);
  return (
    <Group legend={t('captions.timing')} row>
      <ShiftButton byMs={-COARSE_MS} onShift={shiftBy(-COARSE_MS)} />
      <ShiftButton byMs={-FINE_MS} onShift={shiftBy(-FINE_MS)} />
      <output aria-live="polite" className="tabular min-w-12 flex-1 text-center text-sm font-semibold">
        {t('captions.shift', { seconds: offsetMs > 0 ? `+${shiftS}` : shiftS })}
      </output>
      <ShiftButton byMs={FINE_MS} onShift={shiftBy(FINE_MS)} />
      <ShiftButton byMs={COARSE_MS} onShift={shiftBy(COARSE_MS)} />
      <IconButton
        label={t('captions.shiftReset')}
        aria-disabled={offsetMs === 0}
        icon={<RotateCcw aria-hidden className={cx('size-4.5', offsetMs === 0 && 'opacity-40')} />}
        onClick={() => captions.setOffsetMs(0)}
      />
    </Group>
  );
}

function ShiftButton({ byMs, onShift }: { readonly byMs: number; readonly onShift: () => void }) {
  const { t } = useTranslation();
  const seconds = Math.abs(byMs) / 1000;
  const Icon = byMs < 0 ? Minus : Plus;
  return (
    <button
      type="button"
      aria-label={t(byMs < 0 ? 'captions.earlier' : 'captions.later', { seconds })}
      className="flex size-11 shrink-0 flex-col items-center justify-center rounded-control border border-line-strong text-xs font-semibold hover:bg-raised"
      onClick={onShift}
    >
      <Icon aria-hidden className="size-3.5" />
      <span aria-hidden className="tabular leading-tight">
        {t('captions.step', { seconds })}
      </span>
    </button>
  );
}
