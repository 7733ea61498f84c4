import type { ReactNode } from 'react';
import { lazyPart } from '../lazy-part.tsx';
import { LazyOverlay, type OverlayTrigger } from './overlay-trigger.tsx';

const MenuOverlay = lazyPart(() => import('./menu-overlay.tsx'), 'MenuOverlay', { failure: 'over' });

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

/** A menu that hangs on its button. */
export function Menu(props: MenuProps) {
  return (
    <LazyOverlay trigger={props.trigger} popup="menu" preload={MenuOverlay.preload}>
      {(fetching) => <MenuOverlay {...props} {...fetching} />}
    </LazyOverlay>
  );
}

/** One of several, typed: the menu answers with one of the values it was given. */
export function menuChoice<T extends string>(choice: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}): MenuEntry {
  return {
    ...choice,
    kind: 'choice',
    onChange: (next) => {
      const option = choice.options.find(({ value }) => value === next);
      if (option) choice.onChange(option.value);
    },
  };
}
