/** What a key asks the player or the page to do. */
export type KeyAction =
  | { readonly kind: 'toggle' | 'mute' | 'fullscreen' | 'pip' | 'theatre' | 'captions' | 'invite' | 'next' | 'help' | 'write' }
  /** To one of the panels beside the picture. */
  | { readonly kind: 'panel'; readonly panel: 'people' | 'chat' | 'queue' }
  | { readonly kind: 'seekBy'; readonly seconds: number }
  /** To so many tenths of the whole. */
  | { readonly kind: 'seekToTenth'; readonly tenth: number }
  /** To the next slower or faster of the offered speeds. */
  | { readonly kind: 'rateBy'; readonly direction: 1 | -1 }
  | { readonly kind: 'frame'; readonly direction: 1 | -1 }
  | { readonly kind: 'volumeBy'; readonly step: number };

/** What of a key press matters. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
  /** What has the focus. */
  readonly focus: FocusKind;
}

/**
 * `text`: something is being typed, or a dialog or menu is open. `button`: space and enter belong to it. `choice`: tabs, radio buttons and lines of a log use the
 * arrow keys and space themselves. `slider`: uses the arrow keys itself. `seek-bar`: its arrows mean the same as everywhere. `none`: nothing with
 * keys of its own.
 */
export type FocusKind = 'text' | 'button' | 'choice' | 'slider' | 'seek-bar' | 'none';

const VOLUME_STEP = 0.05;

/** The action of a key, or null where the key is not the player's. */
export function keyAction(press: KeyPress): KeyAction | null {
  if (press.focus === 'text' || press.ctrlKey || press.metaKey || press.altKey) return null;
  const arrowsTaken = press.focus === 'choice' || press.focus === 'slider';
  const spaceTaken = press.focus === 'choice' || press.focus === 'button';
  switch (press.key.length === 1 ? press.key.toLowerCase() : press.key) {
    case ' ':
      return spaceTaken || press.repeat ? null : { kind: 'toggle' };
    case 'k':
      return press.repeat ? null : { kind: 'toggle' };
    case 'ArrowLeft':
      return arrowsTaken ? null : { kind: 'seekBy', seconds: -5 };
    case 'ArrowRight':
      return arrowsTaken ? null : { kind: 'seekBy', seconds: 5 };
    case 'j':
      return { kind: 'seekBy', seconds: -10 };
    case 'l':
      return { kind: 'seekBy', seconds: 10 };
    case ',':
      return { kind: 'frame', direction: -1 };
    case '.':
      return { kind: 'frame', direction: 1 };
    case '<':
      return { kind: 'rateBy', direction: -1 };
    case '>':
      return { kind: 'rateBy', direction: 1 };
    case 'ArrowUp':
      return arrowsTaken ? null : { kind: 'volumeBy', step: VOLUME_STEP };
    case 'ArrowDown':
      return arrowsTaken ? null : { kind: 'volumeBy', step: -VOLUME_STEP };
    case 'm':
      return press.repeat ? null : { kind: 'mute' };
    case 'f':
      return press.repeat ? null : { kind: 'fullscreen' };
    case 'p':
      return press.repeat ? null : press.shiftKey ? { kind: 'panel', panel: 'people' } : { kind: 'pip' };
    case 't':
      return press.repeat ? null : { kind: 'theatre' };
    case 'c':
      return press.repeat ? null : press.shiftKey ? { kind: 'panel', panel: 'chat' } : { kind: 'captions' };
    case 'q':
      return press.repeat ? null : { kind: 'panel', panel: 'queue' };
    case 'n':
      return press.shiftKey && !press.repeat ? { kind: 'next' } : null;
    case 'i':
      return press.repeat ? null : { kind: 'invite' };
    case 'Enter':
      return press.focus === 'none' && !press.repeat ? { kind: 'write' } : null;
    case '?':
      return press.repeat ? null : { kind: 'help' };
    default:
      return /^\d$/.test(press.key) && !press.repeat ? { kind: 'seekToTenth', tenth: Number(press.key) } : null;
  }
}

const TEXT_INPUT = /^(text|search|url|email|password|tel|number|date|time|datetime-local|month|week)$/;

/** What has the focus, seen through shadow roots: the composed path of the key event. */
export function focusKindOf(path: readonly EventTarget[]): FocusKind {
  const elements = path.filter((target) => target instanceof HTMLElement);
  // Dialogs and menus have keys of their own (letters pick menu items), whatever in them has the focus.
  if (elements.some((element) => element.matches(OWN_KEYS))) return 'text';
  // Arrows go from line to line in it, whatever in it has the focus; and move what was taken to be moved.
  if (elements.some((element) => element.matches('[role="log"], [data-grabbed]'))) return 'choice';
  for (const element of elements) {
    if (element.localName === 'media-time-range') return 'seek-bar';
    if (element.localName === 'media-volume-range') return 'slider';
    if (element.isContentEditable || element.localName === 'textarea' || element.localName === 'select') return 'text';
    if (element instanceof HTMLInputElement) {
      if (TEXT_INPUT.test(element.type)) return 'text';
      // The element that holds a slider says whether it is the seek bar.
      if (element.type === 'radio') return 'choice';
      if (element.type !== 'range') return 'button';
      continue;
    }
    if (element.matches('[role="tab"], [role="radio"]')) return 'choice';
    if (element.matches('[role="slider"]')) return 'slider';
    if (element.matches('button, a[href], summary, [role="button"]')) return 'button';
  }
  return 'none';
}

const OWN_KEYS = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';
