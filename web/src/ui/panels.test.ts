// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Panel, Panels, type PanelsProps } from './panels.tsx';

const panel = (label: string, more: Partial<Panel> = {}): Panel => ({
  id: label.toLowerCase(),
  label,
  badge: null,
  unread: 0,
  render: () => createElement('p', null, `what ${label} has`),
  ...more,
});

let root: Root;
let place: HTMLElement;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});

afterEach(async () => {
  await act(async () => root.unmount());
  place.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function show(panels: readonly Panel[], more: Partial<PanelsProps> = {}): Promise<void> {
  const props = { label: 'Beside', panels, shown: panels[0]?.id ?? '', onShow() {}, called: false, onAnswered() {}, ...more };
  await act(async () => root.render(createElement(Panels, { unreadWords: (count) => `${count} new`, ...props })));
}

const tabs = () => [...place.querySelectorAll<HTMLElement>('[role="tab"]')];
/** As it is read out. */
const heard = (tab: HTMLElement) => {
  const copy = tab.cloneNode(true) as HTMLElement;
  for (const hidden of copy.querySelectorAll('[aria-hidden]')) hidden.remove();
  return copy.textContent;
};

it('one panel needs no tab', async () => {
  await show([panel('People', { badge: 4 })]);
  expect(tabs()).toEqual([]);
  expect(place.textContent).toContain('what People has');
});

it('several have a tab each, in the order of the list, with what there is in them', async () => {
  await show([panel('People', { badge: 4 }), panel('Chat', { badge: 0 }), panel('Queue')]);
  expect(tabs().map(({ textContent }) => textContent)).toEqual(['People 4', 'Chat 0', 'Queue']);
  expect(place.textContent).toContain('what People has');
  expect(place.textContent).not.toContain('what Chat has');
});

it('no panel is nothing at all', async () => {
  await show([]);
  expect(place.textContent).toBe('');
});

it('what has not been seen stands on its tab, as a number and in words', async () => {
  await show([panel('People'), panel('Chat', { unread: 3 }), panel('Queue', { unread: 120 })]);
  expect(tabs().map(({ textContent }) => textContent)).toEqual(['People', 'Chat33 new', 'Queue99+120 new']);
  expect(tabs().map(heard)).toEqual(['People', 'Chat3 new', 'Queue120 new']);
});

it('settings are a picture with a name, at the end', async () => {
  await show([panel('People'), panel('Party', { icon: createElement('svg', { 'aria-hidden': true }) })]);
  expect(tabs().map(heard)).toEqual(['People', 'Party']);
  expect(tabs()[1]?.dataset.tooltip).toBe('Party');
});

it('what is in sight has been seen; what is on another tab, or on a page that nobody sees, has not', async () => {
  const [chat, queue] = [vi.fn(), vi.fn()];
  const panels = [panel('Chat', { unread: 2, onSeen: chat }), panel('Queue', { unread: 1, onSeen: queue })];
  await show(panels);
  expect([chat.mock.calls.length, queue.mock.calls.length]).toEqual([1, 0]);
  const sight = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  await act(async () => document.dispatchEvent(new Event('visibilitychange')));
  await show(panels, { shown: 'queue' });
  expect(queue).not.toHaveBeenCalled();
  sight.mockReturnValue('visible');
  await act(async () => document.dispatchEvent(new Event('visibilitychange')));
  expect(queue).toHaveBeenCalledOnce();
});

it('nothing new is no news', async () => {
  const onSeen = vi.fn();
  await show([panel('Chat', { onSeen })]);
  expect(onSeen).not.toHaveBeenCalled();
});

it('where a key has opened a panel the keyboard goes there: to what the panel marks, else to its tab', async () => {
  const onAnswered = vi.fn();
  const chat = panel('Chat', { render: () => createElement('input', { 'data-panel-focus': '' }) });
  await show([chat, panel('Queue')]);
  expect(document.activeElement).toBe(document.body);
  await show([chat, panel('Queue')], { called: true, onAnswered });
  expect(document.activeElement).toBe(place.querySelector('input'));
  expect(onAnswered).toHaveBeenCalledOnce();
  await show([chat, panel('Queue')], { shown: 'queue', called: false });
  await show([chat, panel('Queue')], { shown: 'queue', called: true });
  expect(document.activeElement).toBe(tabs()[1]);
});

it('panels that a key has unfolded have it at once', async () => {
  await show([panel('Chat'), panel('Queue')], { called: true });
  expect(document.activeElement).toBe(tabs()[0]);
});
