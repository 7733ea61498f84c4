import { isTelling } from './telling-frame.ts';

/** The longer side of a picture, in pixels. */
const SIDE_MAX_PX = 640;
/** Of the copy that is looked at, in pixels. */
const SAMPLE_WIDTH_PX = 32;
const SAMPLE_HEIGHT_PX = 18;
const QUALITY = 0.82;

/** Can this browser draw a frame without the page's own thread encoding it? */
export const canDrawFrames = (): boolean => typeof OffscreenCanvas === 'function' && typeof createImageBitmap === 'function';

/**
 * The frame that shows, as a JPEG; null where it says nothing. The browser scales and encodes it on threads of its own.
 *
 * @throws SecurityError where the medium may be shown and not read
 */
export async function drawFrame(video: HTMLVideoElement): Promise<Blob | null> {
  const scale = Math.min(1, SIDE_MAX_PX / Math.max(video.videoWidth, video.videoHeight));
  const [width, height] = [video.videoWidth, video.videoHeight].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const frame = await createImageBitmap(video, { resizeWidth: width, resizeHeight: height, resizeQuality: 'medium' });
  try {
    const sample = contextOf(SAMPLE_WIDTH_PX, SAMPLE_HEIGHT_PX, { willReadFrequently: true });
    sample.drawImage(frame, 0, 0, SAMPLE_WIDTH_PX, SAMPLE_HEIGHT_PX);
    if (!isTelling(sample.getImageData(0, 0, SAMPLE_WIDTH_PX, SAMPLE_HEIGHT_PX).data)) return null;
    const whole = contextOf(width, height);
    whole.drawImage(frame, 0, 0, width, height);
    return await whole.canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  } finally {
    frame.close();
  }
}

function contextOf(width: number, height: number, settings?: CanvasRenderingContext2DSettings): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', settings);
  if (context === null) throw new DOMException('There is no canvas to draw on.', 'NotSupportedError');
  return context;
}
