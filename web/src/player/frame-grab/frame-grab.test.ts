import { describe, expect, it, vi } from 'vitest';
import { FrameGrab, type FrameGrabParts } from './frame-grab.ts';
import { isTelling } from './telling-frame.ts';

const PICTURE = new Blob(['picture']);

/** A player that shows something, and everything a grab asks for; `show` lets so many seconds pass. */
function stage(parts: Partial<FrameGrabParts> = {}) {
  const video = Object.assign(new EventTarget(), { paused: false, seeking: false, readyState: 4, videoWidth: 640 });
  let nowMs = 0;
  const put = vi.fn(async () => {});
  const onTainted = vi.fn();
  const draw = vi.fn(async (): Promise<Blob | null> => PICTURE);
  const isWanted = vi.fn(async () => true);
  const all = { video, delayMs: 0, nowMs: () => nowMs, isSeen: () => true, whenIdle: (work: () => void) => work() };
  const grab = new FrameGrab({ ...all, isWanted, draw, put, onTainted, ...parts });
  const show = async (seconds: number) => {
    for (let quarter = 0; quarter < seconds * 4; quarter += 1) {
      nowMs += 250;
      video.dispatchEvent(new Event('timeupdate'));
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    }
  };
  const sleep = (seconds: number) => {
    nowMs += seconds * 1000;
  };
  return { video, grab, put, draw, isWanted, onTainted, show, sleep };
}

describe('a frame grab', () => {
  it('takes one picture after some seconds that were shown, and no second', async () => {
    const { show, put, isWanted, draw } = stage();
    await show(5);
    expect(isWanted).not.toHaveBeenCalled();
    await show(1);
    expect(put).toHaveBeenCalledExactlyOnceWith(PICTURE);
    await show(600);
    expect([isWanted, draw, put].map((each) => each.mock.calls.length)).toEqual([1, 1, 1]);
  });

  it('counts only what somebody saw: neither pauses, nor seeks, nor a page that slept', async () => {
    const { show, sleep, video, isWanted } = stage();
    video.paused = true;
    await show(20);
    video.paused = false;
    video.seeking = true;
    await show(20);
    video.seeking = false;
    video.videoWidth = 0;
    await show(20);
    video.videoWidth = 640;
    await show(2);
    sleep(60);
    await show(1);
    expect(isWanted).not.toHaveBeenCalled();
    await show(3);
    expect(isWanted).toHaveBeenCalledOnce();
  });

  it('waits for its turn in a party', async () => {
    const { show, put } = stage({ delayMs: 20_000 });
    await show(24);
    expect(put).not.toHaveBeenCalled();
    await show(2);
    expect(put).toHaveBeenCalledOnce();
  });

  it('draws nothing where there is a picture already', async () => {
    const { show, draw } = stage({ isWanted: async () => false });
    await show(60);
    expect(draw).not.toHaveBeenCalled();
  });

  it('looks again later where a frame says nothing, and gives up after two minutes of them', async () => {
    const { show, draw, put } = stage();
    draw.mockResolvedValue(null);
    await show(10);
    expect(draw).toHaveBeenCalledTimes(1);
    await show(10);
    expect(draw).toHaveBeenCalledTimes(2);
    draw.mockResolvedValueOnce(PICTURE);
    await show(10);
    expect(put).toHaveBeenCalledOnce();

    const dark = stage();
    dark.draw.mockResolvedValue(null);
    await dark.show(600);
    expect(dark.draw).toHaveBeenCalledTimes(12);
    expect(dark.put).not.toHaveBeenCalled();
  });

  it('never tries a medium again that may not be read', async () => {
    const { show, draw, onTainted, put } = stage();
    draw.mockRejectedValue(new DOMException('tainted', 'SecurityError'));
    await show(60);
    expect(draw).toHaveBeenCalledOnce();
    expect(onTainted).toHaveBeenCalledOnce();
    expect(put).not.toHaveBeenCalled();
  });

  it('ends where the server does not answer or does not take it, and says nothing of the medium', async () => {
    for (const parts of [{ isWanted: () => Promise.reject(new Error('offline')) }, { put: () => Promise.reject(new Error('too large')) }]) {
      const { show, onTainted, draw } = stage(parts);
      await show(60);
      expect(onTainted).not.toHaveBeenCalled();
      expect(draw.mock.calls.length).toBeLessThan(2);
    }
  });

  it('puts nothing once it is stopped, also in the middle of it', async () => {
    let drawn = (_: Blob | null) => {};
    const { show, grab, put } = stage({ draw: () => new Promise((resolve) => (drawn = resolve)) });
    await show(6);
    grab.stop();
    drawn(PICTURE);
    await show(30);
    expect(put).not.toHaveBeenCalled();
  });
});

describe('isTelling', () => {
  const frame = (colourAt: (pixel: number) => readonly [number, number, number]) =>
    Uint8ClampedArray.from(Array.from({ length: 576 }, (_, pixel) => [...colourAt(pixel), 255]).flat());
  const grey = (value: number) => [value, value, value] as const;

  it.each([
    ['black', frame(() => grey(0)), false],
    ['nearly black, with noise', frame((pixel) => grey(pixel % 7)), false],
    ['white', frame(() => grey(255)), false],
    ['one colour', frame(() => [30, 140, 60]), false],
    ['a picture', frame((pixel) => grey((pixel * 37) % 256)), true],
    ['a night scene with a lamp', frame((pixel) => grey(pixel % 12 === 0 ? 220 : 12)), true],
    ['nothing at all', new Uint8ClampedArray(), false],
  ])('%s', (_, rgba, telling) => {
    expect(isTelling(rgba)).toBe(telling);
  });
});
