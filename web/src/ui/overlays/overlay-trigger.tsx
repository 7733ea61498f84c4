import { type ComponentProps, cloneElement, type ReactElement, type ReactNode, useState } from 'react';
import type { PartProps } from '../lazy-part.tsx';

/** A button that something hangs on. It must pass its properties and its ref on to a real button. */
export type OverlayTrigger = ReactElement<ComponentProps<'button'>>;

export interface LazyOverlayProps {
  readonly trigger: OverlayTrigger;
  readonly popup: 'menu' | 'dialog';
  /** Fetches the code of the overlay. */
  readonly preload: () => Promise<void>;
  /** The overlay around its button, open from the start, with what it needs while it is being fetched. */
  readonly children: (fetching: PartProps) => ReactNode;
}

/**
 * What opens on a press need not be there before it: until then only the button is rendered. The code is fetched when
 * somebody comes near.
 */
export function LazyOverlay({ trigger, popup, preload, children }: LazyOverlayProps) {
  const [pressed, setPressed] = useState(false);
  const fetchCode = () => void preload();
  if (!pressed) {
    return cloneElement(trigger, {
      'aria-haspopup': popup,
      'aria-expanded': false,
      onPointerEnter: fetchCode,
      onFocus: fetchCode,
      onClick: () => setPressed(true),
    });
  }
  const close = () => setPressed(false);
  const waiting = cloneElement(trigger, { 'aria-haspopup': popup, 'aria-expanded': true, onClick: close });
  return children({ partWaiting: waiting, onPartDismissed: close });
}
