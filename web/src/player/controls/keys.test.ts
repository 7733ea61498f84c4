import { describe, expect, it } from 'vitest';
import { type KeyPress, keyAction } from './keys.ts';

const press = (key: string, over: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  focus: 'none',
  ...over,
});

describe('keyAction', () => {
  it.each([
    [' ', { kind: 'toggle' }],
    ['k', { kind: 'toggle' }],
    ['K', { kind: 'toggle' }],
    ['ArrowLeft', { kind: 'seekBy', seconds: -5 }],
    ['ArrowRight', { kind: 'seekBy', seconds: 5 }],
    ['j', { kind: 'seekBy', seconds: -10 }],
    ['l', { kind: 'seekBy', seconds: 10 }],
    [',', { kind: 'frame', direction: -1 }],
    ['.', { kind: 'frame', direction: 1 }],
    ['ArrowUp', { kind: 'volumeBy', step: 0.05 }],
    ['ArrowDown', { kind: 'volumeBy', step: -0.05 }],
    ['m', { kind: 'mute' }],
    ['f', { kind: 'fullscreen' }],
    ['p', { kind: 'pip' }],
    ['t', { kind: 'theatre' }],
    ['<', { kind: 'rateBy', direction: -1 }],
    ['>', { kind: 'rateBy', direction: 1 }],
    ['0', { kind: 'seekToTenth', tenth: 0 }],
    ['7', { kind: 'seekToTenth', tenth: 7 }],
    ['F1', null],
    ['c', { kind: 'captions' }],
    ['q', { kind: 'panel', panel: 'queue' }],
    ['i', { kind: 'invite' }],
    ['?', { kind: 'help' }],
    ['Enter', { kind: 'write' }],
    ['x', null],
    ['Tab', null],
    ['Escape', null],
  ])('%j means %j', (key, action) => {
    expect(keyAction(press(key))).toEqual(action);
  });

  it('goes to people and chat with shift, and leaves a letter in capitals what it was', () => {
    expect(keyAction(press('C', { shiftKey: true }))).toEqual({ kind: 'panel', panel: 'chat' });
    expect(keyAction(press('N', { shiftKey: true }))).toEqual({ kind: 'next' });
    expect(keyAction(press('n'))).toBeNull();
    expect(keyAction(press('P', { shiftKey: true }))).toEqual({ kind: 'panel', panel: 'people' });
    expect(keyAction(press('C'))).toEqual({ kind: 'captions' });
    expect(keyAction(press('P'))).toEqual({ kind: 'pip' });
    expect(keyAction(press('C', { shiftKey: true, focus: 'text' }))).toBeNull();
  });

  it('leaves every key to whoever types', () => {
    for (const key of [' ', 'k', 'm', '?', 'ArrowLeft']) expect(keyAction(press(key, { focus: 'text' }))).toBeNull();
  });

  it('leaves shortcuts of the browser alone', () => {
    for (const held of ['ctrlKey', 'metaKey', 'altKey'] as const) expect(keyAction(press('l', { [held]: true }))).toBeNull();
  });

  it('lets a focused button have its space, and only that', () => {
    expect(keyAction(press(' ', { focus: 'button' }))).toBeNull();
    expect(keyAction(press('k', { focus: 'button' }))).toEqual({ kind: 'toggle' });
    expect(keyAction(press('ArrowLeft', { focus: 'button' }))).toEqual({ kind: 'seekBy', seconds: -5 });
  });

  it('writes with Enter where nothing else takes it', () => {
    for (const focus of ['text', 'button', 'choice', 'slider', 'seek-bar'] as const)
      expect(keyAction(press('Enter', { focus }))).toBeNull();
  });

  it('lets tabs and radio buttons have their arrows and their space', () => {
    for (const key of ['ArrowLeft', 'ArrowUp', ' ']) expect(keyAction(press(key, { focus: 'choice' }))).toBeNull();
    expect(keyAction(press('k', { focus: 'choice' }))).toEqual({ kind: 'toggle' });
  });

  it('lets sliders have their arrows, but not the seek bar, whose arrows mean the same everywhere', () => {
    expect(keyAction(press('ArrowLeft', { focus: 'slider' }))).toBeNull();
    expect(keyAction(press('ArrowUp', { focus: 'slider' }))).toBeNull();
    expect(keyAction(press(' ', { focus: 'slider' }))).toEqual({ kind: 'toggle' });
    expect(keyAction(press('ArrowLeft', { focus: 'seek-bar' }))).toEqual({ kind: 'seekBy', seconds: -5 });
  });

  it('goes on jumping while a key is held, and does everything else once', () => {
    expect(keyAction(press('ArrowRight', { repeat: true }))).toEqual({ kind: 'seekBy', seconds: 5 });
    for (const key of [' ', 'k', 'm', 'f', 'p', 't', 'c', 'q', 'i', '5', '?']) expect(keyAction(press(key, { repeat: true }))).toBeNull();
  });
});
