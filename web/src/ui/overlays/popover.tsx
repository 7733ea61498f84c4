import type { ReactNode } from 'react';
import { lazyPart } from '../lazy-part.tsx';
import { LazyOverlay, type OverlayTrigger } from './overlay-trigger.tsx';

const PopoverOverlay = lazyPart(() => import('./popover-overlay.tsx'), 'PopoverOverlay', { failure: 'over' });

export interface PopoverProps {
  readonly trigger: OverlayTrigger;
  readonly label: string;
  readonly side?: 'top' | 'bottom' | 'left';
  readonly align?: 'start' | 'center' | 'end';
  /** Always the dark tokens: for what opens over the video. */
  readonly dark?: boolean;
  readonly children: ReactNode;
}

/** A small panel that hangs on its button. */
export function Popover(props: PopoverProps) {
  return (
    <LazyOverlay trigger={props.trigger} popup="dialog" preload={PopoverOverlay.preload}>
      {(fetching) => <PopoverOverlay {...props} {...fetching} />}
    </LazyOverlay>
  );
}
