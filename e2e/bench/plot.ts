/** One line of a panel. */
export interface PlotSeries {
  readonly name: string;
  /** x in seconds from the start of the panel, y in milliseconds; null breaks the line. */
  readonly points: readonly (readonly [number, number | null])[];
}

export interface PlotPanel {
  readonly title: string;
  readonly series: readonly PlotSeries[];
  /** Lines across the panel at ± this many milliseconds. */
  readonly barMs: number;
  /** Largest |y| shown; what is beyond is drawn at the edge. */
  readonly limitMs: number;
}

const WIDTH = 960;
const PANEL_HEIGHT = 190;
const LEFT = 56;
const RIGHT = 130;
const TOP = 34;
const BOTTOM = 26;
const COLOURS = ['#e2a468', '#5aa9e6', '#7fc97f', '#d56aa0', '#b39ddb', '#8d99ae'];

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function panel({ title, series, barMs, limitMs }: PlotPanel, top: number): string {
  const xs = series.flatMap((line) => line.points.map(([x]) => x));
  const longest = Math.max(1, ...xs);
  const plotWidth = WIDTH - LEFT - RIGHT;
  const plotHeight = PANEL_HEIGHT - TOP - BOTTOM;
  const placeX = (x: number) => LEFT + (x / longest) * plotWidth;
  const placeY = (y: number) => {
    const bounded = Math.max(-limitMs, Math.min(limitMs, y));
    return top + TOP + plotHeight / 2 - (bounded / limitMs) * (plotHeight / 2);
  };
  const rule = (y: number, style: string) =>
    `<line x1="${LEFT}" x2="${LEFT + plotWidth}" y1="${placeY(y).toFixed(1)}" y2="${placeY(y).toFixed(1)}" ${style}/>`;
  const label = (y: number) => `<text x="${LEFT - 8}" y="${(placeY(y) + 4).toFixed(1)}" text-anchor="end" class="small">${y}</text>`;
  const secondsStep = longest > 40 ? 10 : longest > 15 ? 5 : 1;
  const seconds = Array.from({ length: Math.floor(longest / secondsStep) + 1 }, (_, index) => index * secondsStep);
  const lines = series.map(({ points }, index) => {
    let path = '';
    let open = false;
    for (const [x, y] of points) {
      if (y === null) {
        open = false;
        continue;
      }
      path += `${open ? 'L' : 'M'}${placeX(x).toFixed(1)} ${placeY(y).toFixed(1)}`;
      open = true;
    }
    return `<path d="${path}" fill="none" stroke="${COLOURS[index % COLOURS.length]}" stroke-width="1.6"/>`;
  });
  const legend = series.map(
    ({ name }, index) =>
      `<text x="${LEFT + plotWidth + 12}" y="${top + TOP + 12 + index * 18}" fill="${COLOURS[index % COLOURS.length]}">${escaped(name)}</text>`,
  );
  return [
    `<text x="${LEFT}" y="${top + 20}" class="title">${escaped(title)}</text>`,
    rule(0, 'stroke="#3a3f4b"'),
    rule(barMs, 'stroke="#3a3f4b" stroke-dasharray="4 4"'),
    rule(-barMs, 'stroke="#3a3f4b" stroke-dasharray="4 4"'),
    label(0),
    label(barMs),
    label(-barMs),
    label(limitMs),
    label(-limitMs),
    ...seconds.map(
      (x) => `<text x="${placeX(x).toFixed(1)}" y="${top + PANEL_HEIGHT - 8}" text-anchor="middle" class="small">${x} s</text>`,
    ),
    ...lines,
    ...legend,
  ].join('\n');
}

/** Panels one above the other as one SVG: how far each page was ahead of the timeline, over time. */
export function plotSvg(heading: string, panels: readonly PlotPanel[]): string {
  const height = 44 + panels.length * PANEL_HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#c9cdd6">
<style>.title{font-size:14px;font-weight:600;fill:#f1f1f4}.small{font-size:11px;fill:#8b909c}</style>
<rect width="100%" height="100%" fill="#12131a"/>
<text x="${LEFT}" y="28" class="title">${escaped(heading)}</text>
${panels.map((each, index) => panel(each, 44 + index * PANEL_HEIGHT)).join('\n')}
</svg>
`;
}
