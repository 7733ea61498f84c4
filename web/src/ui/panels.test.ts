// @vitest-environment happy-dom
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { type Panel, Panels } from './panels.tsx';

const panel = (label: string, badge: number | null = null): Panel => ({
  id: label.toLowerCase(),
  label,
  badge,
  render: () => createElement('p', null, `what ${label} has`),
});

const markup = (...panels: readonly Panel[]) => renderToStaticMarkup(createElement(Panels, { label: 'Beside the stage', panels }));
const tabsOf = (html: string) => [...html.matchAll(/<button[^>]*role="tab"[^>]*>([^<]*)<\/button>/g)].map(([, text]) => text);

it('one panel needs no tab', () => {
  const html = markup(panel('People', 4));
  expect(tabsOf(html)).toEqual([]);
  expect(html).toContain('what People has');
});

it('several have a tab each, in the order of the list, with what there is in them', () => {
  const html = markup(panel('People', 4), panel('Chat', 0), panel('Queue'));
  expect(tabsOf(html)).toEqual(['People 4', 'Chat 0', 'Queue']);
  expect(html).toContain('what People has');
  expect(html).not.toContain('what Chat has');
});

it('no panel is nothing at all', () => {
  expect(markup()).toBe('');
});
