import { create } from 'qrcode';
import { useMemo } from 'react';
import { cx } from './cx.ts';

/** The quiet zone that readers need around a code, in modules. */
const MARGIN = 3;

export interface QrCodeProps {
  readonly text: string;
  readonly label: string;
  /** Its size. */
  readonly className: string;
}

/** A QR code, dark on light in both themes: not every phone reads the reverse. */
export function QrCode({ text, label, className }: QrCodeProps) {
  const { size, path } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: 'M' });
    const rows = Array.from({ length: modules.size }, (_, y) => y);
    const squares = rows.flatMap((y) => rows.filter((x) => modules.get(y, x)).map((x) => `M${x} ${y}h1v1h-1z`));
    return { size: modules.size, path: squares.join('') };
  }, [text]);
  const edge = size + 2 * MARGIN;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`${-MARGIN} ${-MARGIN} ${edge} ${edge}`}
      shapeRendering="crispEdges"
      className={cx('rounded-xl bg-white', className)}
    >
      <path d={path} fill="black" />
    </svg>
  );
}
