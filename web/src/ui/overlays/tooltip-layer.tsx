import { useEffect, useState } from 'react';

/** Hovering is not asking: only who stays this long gets a tooltip, in milliseconds. */
const HOVER_DELAY_MS = 400;
const GAP_PX = 8;
const EDGE_PX = 8;

interface Shown {
  readonly text: string;
  readonly anchor: DOMRect;
  readonly above: boolean;
}

/**
 * One layer for all tooltips of the page: shows the `data-tooltip` of whatever the pointer rests on or the keyboard
 * has come to. It repeats accessible names and descriptions and is therefore hidden from screen readers.
 */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      setShown(null);
    };
    const show = (element: HTMLElement) => {
      const text = element.dataset.tooltip;
      // What has opened something says enough by that.
      const opened = element.ariaHasPopup !== null && element.ariaExpanded === 'true';
      if (!text || !element.isConnected || opened) return;
      setShown({ text, anchor: element.getBoundingClientRect(), above: element.dataset.tooltipSide === 'top' });
    };
    const onPointerOver = (event: PointerEvent) => {
      const element = tooltipOf(event.target);
      hide();
      if (element && event.pointerType === 'mouse') timer = setTimeout(() => show(element), HOVER_DELAY_MS);
    };
    const onFocusIn = (event: FocusEvent) => {
      const element = tooltipOf(event.target);
      hide();
      if (element?.matches(':focus-visible')) show(element);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('pointerover', onPointerOver);
    document.addEventListener('focusin', onFocusIn);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', onKeyDown);
    window.addEventListener('scroll', hide, { capture: true, passive: true });
    return () => {
      hide();
      document.removeEventListener('pointerover', onPointerOver);
      document.removeEventListener('focusin', onFocusIn);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('scroll', hide, { capture: true });
    };
  }, []);

  if (!shown) return null;
  return (
    <div
      ref={(element) => {
        if (element) place(element, shown);
      }}
      aria-hidden
      className="pointer-events-none fixed z-60 w-max max-w-60 animate-fade rounded-md bg-stage-text px-2.5 py-1.5 text-xs font-medium text-chip shadow-lg ring-1 ring-black/10"
    >
      {shown.text}
    </div>
  );
}

function tooltipOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-tooltip]') : null;
}

/** Beside its anchor, on the side asked for where there is room, and never beyond the window. */
function place(box: HTMLElement, { anchor, above }: Shown) {
  const { width, height } = box.getBoundingClientRect();
  const roomAbove = anchor.top - GAP_PX - height >= EDGE_PX;
  const roomBelow = anchor.bottom + GAP_PX + height <= window.innerHeight - EDGE_PX;
  const top = (above && roomAbove) || !roomBelow ? anchor.top - GAP_PX - height : anchor.bottom + GAP_PX;
  const middle = anchor.left + anchor.width / 2 - width / 2;
  box.style.top = `${Math.max(EDGE_PX, top)}px`;
  box.style.left = `${Math.min(Math.max(EDGE_PX, middle), window.innerWidth - EDGE_PX - width)}px`;
}
