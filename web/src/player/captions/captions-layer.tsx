import { CaptionsRenderer, VTTCue } from 'media-captions';
import { useEffect, useRef } from 'react';
import type { CaptionSize } from './caption-preferences.ts';
import { safeCueText } from './caption-text.ts';
import type { CaptionTrack } from './caption-track.ts';
import 'media-captions/styles/captions.css';

export interface CaptionsLayerProps {
  readonly element: HTMLVideoElement;
  readonly track: CaptionTrack;
  readonly size: CaptionSize;
  readonly offsetMs: number;
}

/** Captions change this often at most, in milliseconds. */
const LOOK_MS = 100;
/** After the library's own answer to another size, which comes after 50 ms. */
const SETTLED_MS = 80;

/** The captions over the picture, above the controls while those are shown. */
export function CaptionsLayer({ element, track, size, offsetMs }: CaptionsLayerProps) {
  const overlay = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!overlay.current) return;
    const renderer = new CaptionsRenderer(overlay.current);
    const drawn = new Map<TextTrackCue, VTTCue>();
    let shown: ArrayLike<TextTrackCue> | null = null;
    let count = 0;
    let last: TextTrackCue | undefined;

    const take = (cues: ArrayLike<TextTrackCue>) => {
      // Those of a stream come and go in bulk; looking at the ends finds out without going through thousands.
      const end = cues[cues.length - 1];
      if (cues === shown && cues.length === count && end === last) return;
      [shown, count, last] = [cues, cues.length, end];
      const present = new Set(Array.from(cues));
      for (const [cue, copy] of drawn) {
        if (present.has(cue)) continue;
        renderer.removeCue(copy);
        drawn.delete(cue);
      }
      for (const cue of present) {
        if (drawn.has(cue)) continue;
        const copy = drawable(cue);
        drawn.set(cue, copy);
        renderer.addCue(copy);
      }
    };
    const look = () => {
      take(track.cues());
      renderer.currentTime = element.currentTime - offsetMs / 1000;
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    // The library takes the places it has given out for places that were asked for once the frame has another size: everything is drawn anew.
    let settled: ReturnType<typeof setTimeout> | undefined;
    const resizes = new ResizeObserver(() => {
      clearTimeout(settled);
      settled = setTimeout(() => renderer.changeTrack({ cues: [...drawn.values()] }), SETTLED_MS);
    });
    resizes.observe(overlay.current);
    return () => {
      clearInterval(timer);
      clearTimeout(settled);
      resizes.disconnect();
      renderer.destroy();
    };
  }, [element, track, offsetMs]);
  return (
    <div className="captions-frame" data-size={size}>
      <div ref={overlay} className="captions" />
    </div>
  );
}

/** A copy with a text that is safe to draw: the browser's own cues are the engine's. */
function drawable(cue: TextTrackCue): VTTCue {
  const from = cue as Partial<globalThis.VTTCue> & TextTrackCue;
  const copy = new VTTCue(cue.startTime, cue.endTime, safeCueText(from.text ?? ''));
  const { vertical, snapToLines, line, lineAlign, position, positionAlign, size, align } = from;
  const places = { vertical, snapToLines, line, lineAlign, position, positionAlign, size, align };
  for (const [name, value] of Object.entries(places)) {
    if (value !== undefined) Object.assign(copy, { [name]: value });
  }
  return copy;
}
