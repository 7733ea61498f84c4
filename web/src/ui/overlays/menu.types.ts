import type { ReactNode } from 'react';
import type { OverlayTrigger } from './overlay-trigger.tsx';

/** Something to do, or one of several to choose. */
export type MenuEntry =
  | {
      readonly kind: 'action';
      /** Where labels may be the same. */
      readonly id?: string;
      readonly label: string;
      readonly icon?: ReactNode;
      readonly danger?: boolean;
      readonly onSelect: () => void;
    }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly value: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
      readonly onChange: (value: string) => void;
    };

export interface MenuProps {
  readonly trigger: OverlayTrigger;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly side?: 'top' | 'bottom';
  readonly align?: 'start' | 'center' | 'end';
  /** Always the dark tokens: for menus that open over the video. */
  readonly dark?: boolean;
}
