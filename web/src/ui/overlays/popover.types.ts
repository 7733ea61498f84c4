import type { ReactNode } from 'react';
import type { OverlayTrigger } from './overlay-trigger.tsx';

export interface PopoverProps {
  readonly trigger: OverlayTrigger;
  readonly label: string;
  readonly side?: 'top' | 'bottom' | 'left';
  readonly align?: 'start' | 'center' | 'end';
  /** Always the dark tokens: for what opens over the video. */
  readonly dark?: boolean;
  readonly children: ReactNode;
}
