import { lazyPart } from '../lazy-part.tsx';
import { LazyOverlay } from './overlay-trigger.tsx';
import type { PopoverProps } from './popover.types.ts';

const PopoverOverlay = lazyPart(() => import('./popover-overlay.tsx'), 'PopoverOverlay', { failure: 'over' });

/** A small panel that hangs on its button. */
export function Popover(props: PopoverProps) {
  return (
    <LazyOverlay trigger={props.trigger} popup="dialog" preload={PopoverOverlay.preload}>
      {(fetching) => <PopoverOverlay {...props} {...fetching} />}
    </LazyOverlay>
  );
}
