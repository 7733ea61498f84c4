import { type ComponentProps, cloneElement, type ReactElement, type ReactNode, Suspense, useState } from 'react';

/** A button that something hangs on. It must pass its properties and its ref on to a real button. */
export type OverlayTrigger = ReactElement<ComponentProps<'button'>>;

export interface LazyOverlayProps {
  readonly trigger: OverlayTrigger;
  readonly popup: 'menu' | 'dialog';
  /** Fetches the code of the overlay. */
  readonly load: () => Promise<unknown>;
  /** The overlay around its button, open from the start. */
  readonly children: ReactNode;
}

/**
 * What opens on a press need not be there before it: until then only the button is rendered. The code is fetched when
 * somebody comes near.
 */
export function LazyOverlay({ trigger, popup, load, children }: LazyOverlayProps) {
  const [pressed, setPressed] = useState(false);
  const fetchCode = () => void load();
  if (!pressed) {
    return cloneElement(trigger, {
      'aria-haspopup': popup,
      'aria-expanded': false,
      onPointerEnter: fetchCode,
      onFocus: fetchCode,
      onClick: () => setPressed(true),
    });
  }
  const waiting = cloneElement(trigger, { 'aria-haspopup': popup, 'aria-expanded': true });
  return <Suspense fallback={waiting}>{children}</Suspense>;
}
