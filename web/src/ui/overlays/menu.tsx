import { lazyPart } from '../lazy-part.tsx';
import type { MenuEntry, MenuProps } from './menu.types.ts';
import { LazyOverlay } from './overlay-trigger.tsx';

const MenuOverlay = lazyPart(() => import('./menu-overlay.tsx'), 'MenuOverlay', { failure: 'over' });

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
