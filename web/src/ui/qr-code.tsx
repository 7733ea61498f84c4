import { create } from 'qrcode';
import { useMemo } from 'react';

/** The quiet zone that readers need around a code, in modules. */
const MARGIN = 3;

/** A QR code, dark on light in both themes: not every phone reads the reverse. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
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
      className="size-44 rounded-xl bg-white"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
