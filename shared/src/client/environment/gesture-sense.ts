/** What is asked of a page; looked up by name because shared code is checked without the browser's types. */
export interface GestureHost {
  readonly navigator?: { readonly userAgent?: string; readonly userActivation?: { readonly isActive: boolean } };
  readonly document?: {
    readonly activeElement?: { readonly localName: string } | null;
    readonly pictureInPictureElement?: unknown;
    hasFocus?(): boolean;
  };
  readonly performance: { now(): number };
  readonly addEventListener?: (type: string, listener: (event: unknown) => void, options: object) => void;
}

const GESTURES = ['pointerdown', 'pointerup', 'click', 'keydown', 'touchend', 'wheel'];

const TEXT_FIELDS = /^(input|textarea|select)$/;

/** Elements in which another page lives, or a custom element that holds one: what is pressed there is not told here. */
const EMBEDS = /^iframe$|-/;

/**
 * Feels whether a person does anything: what a player does when nobody did is not a person's doing. Presses inside an
 * embedded player of another page are felt by what browsers pass on of them (`userActivation`).
 *
 * @returns when somebody last did something, in local monotonic milliseconds (−∞: never yet); null where it cannot be felt
 */
export function senseGestures(host: GestureHost): () => number | null {
  const { document, navigator, performance } = host;
  let lastMs = Number.NEGATIVE_INFINITY;
  const note = (event: unknown) => {
    if (!isTyping(event)) lastMs = performance.now();
  };
  for (const type of GESTURES) host.addEventListener?.(type, note, { capture: true, passive: true });
  // Firefox's window of picture in picture has buttons of its own, and a page cannot know of it.
  const hidesPictureInPicture = /Firefox\//.test(navigator?.userAgent ?? '');

  return () => {
    if (document?.pictureInPictureElement) return null;
    if (hidesPictureInPicture && document?.hasFocus?.() === false) return null;
    if (EMBEDS.test(document?.activeElement?.localName ?? '')) {
      const isActive = navigator?.userActivation?.isActive;
      if (isActive === undefined) return null;
      if (isActive) return performance.now();
    }
    return lastMs;
  };
}

/** Who writes a message does nothing to a player. */
function isTyping(event: unknown): boolean {
  const { type, composedPath } = event as { readonly type?: string; composedPath?(): readonly unknown[] };
  if (type !== 'keydown') return false;
  const [target] = (composedPath?.call(event) ?? []) as readonly { localName?: string; isContentEditable?: boolean }[];
  return target?.isContentEditable === true || TEXT_FIELDS.test(target?.localName ?? '');
}
