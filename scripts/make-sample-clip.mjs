// Makes `server/media/sample.mp4`, the clip that a party without a link plays: five minutes of a running timecode with a
// beep and a flash in the same frame once a second, so that people can see and hear whether they are together. A frame of it
// is its picture, `sample.webp` beside it.
//
//   node scripts/make-sample-clip.mjs [target.mp4]
//
// The result is committed; the same ffmpeg makes the same bytes again. Needs ffmpeg with libx264, aac and drawtext.

import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WIDTH = 640;
const HEIGHT = 360;
const FPS = 30;
const DURATION_S = 300;
const CENTRE_X = WIDTH / 2;
const CENTRE_Y = 164;
const RING_RADIUS = 140;
const RING_SIZE = 312;
const BEEP_S = 0.06;
const BEEP_EDGE_S = 0.006;
const FLASH_FRAMES = 2;
/** 2^14 frames are more than nine minutes. */
const FRAME_BITS = 14;
const CELL = 8;
const CELL_GAP = 4;
const CELLS_X = (WIDTH - (FRAME_BITS * (CELL + CELL_GAP) - CELL_GAP)) / 2;
const CELLS_Y = 334;

const PICTURE_AT_S = '12.4';

const FONT_FOLDER = '/usr/share/fonts/truetype/dejavu';
const MONO = `${FONT_FOLDER}/DejaVuSansMono-Bold.ttf`;
const SANS = `${FONT_FOLDER}/DejaVuSans.ttf`;

/** One still picture: midnight blue, a warm glow behind the timecode, a vignette, and grain against banding. */
function background() {
  const glow = `exp(-(pow(X-${CENTRE_X},2)/60000+pow(Y-${CENTRE_Y},2)/26000))`;
  const horizon = `exp(-pow((Y-330)/70,2))`;
  const vignette = `(1-0.55*min(1,pow(hypot((X-${CENTRE_X})/${WIDTH},(Y-${HEIGHT / 2})/${HEIGHT})/0.72,2)))`;
  const grain = `(mod(X*12.9898+Y*78.233+mod(X*Y,37)*3.7,3)-1)`;
  const channel = (base, warm, low) => `clip((${base}+${warm}*${glow}+${low}*${horizon})*${vignette}+${grain},0,255)`;
  return `color=black:s=${WIDTH}x${HEIGHT}:r=${FPS}:d=${1 / FPS},format=gbrp,geq=r='${channel(12, 34, 26)}':g='${channel(14, 24, 12)}':b='${channel(30, 48, 26)}',loop=loop=-1:size=1:start=0`;
}

/** One second of a ring that fills and, in the frame of the beep, lights up; it repeats for ever. */
function ring({ flash: [red, green, blue] }) {
  const distance = `hypot(X-${RING_SIZE / 2},Y-${RING_SIZE / 2})`;
  const band = (radius, width) => `clip(${width}-abs(${distance}-${radius}),0,1)`;
  const angle = `mod(atan2(X-${RING_SIZE / 2},${RING_SIZE / 2}-Y)+2*PI,2*PI)/(2*PI)`;
  const filled = `lte(${angle},(N+1)/${FPS})`;
  const flashing = `lt(N,${FLASH_FRAMES})`;
  const halo = `exp(-pow((${distance}-${RING_RADIUS})/6,2))`;
  const alpha = `255*clip(0.14*${band(RING_RADIUS, 2)}+0.8*${filled}*${band(RING_RADIUS, 2)}+${flashing}*(${band(RING_RADIUS, 4)}+0.6*${halo}+0.10*lt(${distance},${RING_RADIUS})),0,1)`;
  const channel = (calm, lit) => `if(${flashing},${lit},${calm})`;
  return `color=black:s=${RING_SIZE}x${RING_SIZE}:r=${FPS}:d=1,format=rgba,geq=r='${channel(226, red)}':g='${channel(164, green)}':b='${channel(104, blue)}':a='${alpha}',loop=loop=-1:size=${FPS}:start=0`;
}

/** The number of the frame as a row of small lights, lowest bit on the right: programs can read which frame is shown. */
function frameLights() {
  const boxes = [];
  for (let bit = 0; bit < FRAME_BITS; bit += 1) {
    const x = CELLS_X + (FRAME_BITS - 1 - bit) * (CELL + CELL_GAP);
    const at = `x=${x}:y=${CELLS_Y}:w=${CELL}:h=${CELL}:t=fill`;
    boxes.push(`drawbox=${at}:color=0x14141f`);
    boxes.push(`drawbox=${at}:color=0x9aa3b4:enable='gte(mod(n,${2 ** (bit + 1)}),${2 ** bit})'`);
  }
  return boxes.join(',');
}

function filters() {
  const ringAt = `x=${CENTRE_X - RING_SIZE / 2}:y=${CENTRE_Y - RING_SIZE / 2}`;
  const barWidth = WIDTH - 80;
  const shadow = 'shadowcolor=black@0.6:shadowx=0:shadowy=2';
  return [
    `${background()}[back]`,
    `${ring({ flash: [255, 246, 232] })}[ring]`,
    `${ring({ flash: [120, 220, 255] })}[ring10]`,
    // The bar is a full one that slides in behind a window of its own size.
    `color=0x2a2a3a:s=${barWidth}x3:r=${FPS}[track]`,
    `color=0xe2a468:s=${barWidth}x3:r=${FPS}[fill]`,
    `[track][fill]overlay=x='-${barWidth}+${barWidth}*(n+1)/${FPS * DURATION_S}':y=0[bar]`,
    `[back][ring]overlay=${ringAt}:enable='gte(mod(n,${10 * FPS}),${FPS})'[a]`,
    `[a][ring10]overlay=${ringAt}:enable='lt(mod(n,${10 * FPS}),${FPS})'[b]`,
    `[b][bar]overlay=x=40:y=318[c]`,
    `[c]drawtext=fontfile=${MONO}:timecode='00\\:00\\:00\\:00':rate=${FPS}:fontsize=38:fontcolor=0xf4efe6:${shadow}:x=(w-text_w)/2:y=${CENTRE_Y}-text_h/2[d]`,
    `[d]drawtext=fontfile=${SANS}:text='Cowatch sample':fontsize=15:fontcolor=0xf4efe6@0.62:x=(w-text_w)/2:y=${CENTRE_Y + 40}[e]`,
    `[e]${frameLights()},format=yuv420p[video]`,
    `aevalsrc=exprs='${beep()}':s=48000:d=${DURATION_S}[sound]`,
  ].join(';');
}

/** A short tone each second with soft edges, an octave higher every tenth second. */
function beep() {
  const into = 'mod(t,1)';
  const edges = `min(1,min(${into}/${BEEP_EDGE_S},(${BEEP_S}-${into})/${BEEP_EDGE_S}))`;
  return `0.35*lt(${into},${BEEP_S})*${edges}*sin(2*PI*if(lt(mod(t,10),1),2000,1000)*t)`;
}

const target = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'server', 'media', 'sample.mp4');
for (const font of [MONO, SANS]) {
  if (!existsSync(font)) {
    console.error(`${font} is missing: install fonts-dejavu-core.`);
    process.exit(1);
  }
}
const made = spawnSync(
  'ffmpeg',
  [
    '-hide_banner',
    '-loglevel',
    'warning',
    '-stats',
    '-y',
    '-filter_complex',
    filters(),
    '-map',
    '[video]',
    '-map',
    '[sound]',
    '-frames:v',
    String(FPS * DURATION_S),
    '-t',
    String(DURATION_S),
    '-r',
    String(FPS),
    '-fps_mode',
    'cfr',
    '-c:v',
    'libx264',
    '-profile:v',
    'high',
    '-preset',
    'slow',
    '-crf',
    '26',
    // No B-frames: presentation times start at exactly 0, and a seek decodes in order.
    '-bf',
    '0',
    '-g',
    String(FPS),
    '-keyint_min',
    String(FPS),
    '-sc_threshold',
    '0',
    '-x264-params',
    'threads=2',
    '-video_track_timescale',
    '30000',
    '-color_primaries',
    'bt709',
    '-color_trc',
    'bt709',
    '-colorspace',
    'bt709',
    '-c:a',
    'aac',
    '-b:a',
    '48k',
    '-ac',
    '1',
    '-movflags',
    '+faststart',
    '-map_metadata',
    '-1',
    '-fflags',
    '+bitexact',
    '-flags:v',
    '+bitexact',
    '-flags:a',
    '+bitexact',
    target,
  ],
  { stdio: ['ignore', 'inherit', 'inherit'] },
);
if (made.error) {
  console.error(`ffmpeg could not be run (${made.error.message}): install it first.`);
  process.exit(1);
}
if (made.status !== 0) process.exit(made.status ?? 1);
const picture = target.replace(/\.mp4$/, '.webp');
const drawn = spawnSync('ffmpeg', ['-v', 'error', '-y', '-ss', PICTURE_AT_S, '-i', target, '-frames:v', '1', '-quality', '80', picture], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (drawn.status === 0) console.log(`${target}: ${(statSync(target).size / 1e6).toFixed(2)} MB`);
process.exit(drawn.status ?? 1);
