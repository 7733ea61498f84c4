import { useState } from 'react';

/**
 * For what opens without a button of its own around it: the focus goes back to where it was when it opened. Pass the answer as `onCloseAutoFocus`;
 * radix would leave the focus with nobody.
 */
export function useFocusReturn(open: boolean): (event: Event) => void {
  // While it renders, because in effects the focus has moved in already.
  const [seen, setSeen] = useState<{ readonly open: boolean; readonly opener: HTMLElement | null }>({
    open: false,
    opener: null,
  });
  if (open !== seen.open) setSeen({ open, opener: open ? openerNow() : seen.opener });
  return (event) => {
    event.preventDefault();
    seen.opener?.focus({ preventScroll: true });
  };
}

/** Whatever has the focus; an item of a menu is gone by the time a dialog closes, its button is not. */
function openerNow(): HTMLElement | null {
  const focused = document.activeElement;
  const menu = focused?.closest('[role="menu"]');
  const button = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : null;
  return button ?? (focused instanceof HTMLElement ? focused : null);
}
