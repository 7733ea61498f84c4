import { describe, expect, it } from 'vitest';
import { type GestureHost, senseGestures } from './gesture-sense.ts';

type Press = { readonly type: string; composedPath?(): readonly unknown[] };

function page(more: { document?: GestureHost['document']; navigator?: GestureHost['navigator'] } = {}) {
  const listeners = new Map<string, (event: unknown) => void>();
  let nowMs = 1000;
  const last = senseGestures({
    performance: { now: () => nowMs },
    addEventListener: (type, listener) => listeners.set(type, listener),
    ...more,
  });
  return {
    last,
    press(event: Press) {
      nowMs += 500;
      listeners.get(event.type)?.(event);
      return nowMs;
    },
  };
}

describe('gestures', () => {
  it('are keys, pointers and touches, and nothing before the first', () => {
    const { last, press } = page();
    expect(last()).toBe(Number.NEGATIVE_INFINITY);
    for (const type of ['pointerdown', 'keydown', 'touchend', 'click']) {
      const atMs = press({ type });
      expect(last()).toBe(atMs);
    }
  });

  it('are not what somebody writes', () => {
    const { last, press } = page();
    const atMs = press({ type: 'pointerdown' });
    press({ type: 'keydown', composedPath: () => [{ localName: 'textarea' }] });
    press({ type: 'keydown', composedPath: () => [{ localName: 'div', isContentEditable: true }] });
    expect(last()).toBe(atMs);
    const keyMs = press({ type: 'keydown', composedPath: () => [{ localName: 'body' }] });
    expect(last()).toBe(keyMs);
  });

  it('cannot be felt in picture in picture, and in a Firefox without the focus', () => {
    expect(page({ document: { pictureInPictureElement: {} } }).last()).toBeNull();
    const navigator = { userAgent: 'Mozilla/5.0 Gecko Firefox/140.0' };
    expect(page({ navigator, document: { hasFocus: () => false } }).last()).toBeNull();
    expect(page({ navigator, document: { hasFocus: () => true } }).last()).toBe(Number.NEGATIVE_INFINITY);
  });

  it('inside an embedded player are what the browser passes on of them', () => {
    const document = { activeElement: { localName: 'youtube-video' } };
    expect(page({ document, navigator: { userActivation: { isActive: true } } }).last()).toBe(1000);
    expect(page({ document, navigator: { userActivation: { isActive: false } } }).last()).toBe(Number.NEGATIVE_INFINITY);
    expect(page({ document }).last()).toBeNull();
  });
});
