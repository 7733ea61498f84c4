import type { CSSProperties } from 'react';
import { cx } from './cx.ts';

/** Degrees of hue from one colour of the palette to the next. */
const HUE_STEP = 30;

/** Number of a colour in the palette, for the classes `face` and `face-dot`. */
export const faceHue = (colour: number): CSSProperties => ({ '--face-hue': colour * HUE_STEP }) as CSSProperties;

export interface FaceProps {
  readonly look: { readonly colour: number; readonly emoji: string };
  readonly className?: string;
}

/** How somebody looks: their emoji on a disc of their colour. Their name stands beside it. */
export function Face({ look, className = 'size-9 text-lg' }: FaceProps) {
  return (
    <span
      aria-hidden
      style={faceHue(look.colour)}
      className={cx('face emoji inline-flex shrink-0 items-center justify-center rounded-full leading-none select-none', className)}
    >
      {look.emoji}
    </span>
  );
}
