// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HttpProblem } from '../../lib/http/http.ts';
import { SessionPage } from './session-page.tsx';

const asked = vi.hoisted(() => ({ answer: (): unknown => null }));
const door = vi.hoisted(() => ({ onIn: () => {} }));

vi.mock('@tanstack/react-router', () => ({ useNavigate: () => () => {}, useParams: () => ({ sessionId: 'a'.repeat(22) }) }));
vi.mock('../../features/session/api.ts', () => ({ fetchSession: async () => asked.answer() }));
vi.mock('../../lib/identity/api.ts', () => ({ isKnownAgain: async () => true }));
vi.mock('../me.ts', () => ({ learnMe: async () => ({ viewerId: 'eve', account: null, device: null, formerViewerIds: [] }) }));
vi.mock('./session/session-screen.tsx', () => ({ SessionScreen: () => 'the party' }));
vi.mock('./session/session-problem-part.ts', () => ({ SessionProblem: ({ kind }: { readonly kind: string }) => `problem: ${kind}` }));
vi.mock('./session/door-screen.tsx', () => ({
  DoorScreen: ({ onIn }: typeof door) => {
    door.onIn = onIn;
    return 'the door';
  },
}));

const refused = (reason: string) => () => {
  throw new HttpProblem('forbidden', 'No.', { reason });
};
let unmount: () => Promise<void>;

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(async () => {
  await unmount();
  vi.unstubAllGlobals();
});

async function open() {
  document.body.replaceChildren();
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  unmount = () => act(async () => root.unmount());
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await act(async () => root.render(createElement(QueryClientProvider, { client }, createElement(SessionPage))));
}
const reads = (text: string) =>
  vi.waitFor(
    async () => {
      await act(async () => {});
      expect(document.body.textContent).toContain(text);
    },
    { timeout: 4000 },
  );

it('who has to knock stands before a door, and is in the party once a host has let them in', async () => {
  asked.answer = refused('knock');
  await open();
  await reads('the door');
  asked.answer = () => ({ id: 'a'.repeat(22) });
  await act(async () => door.onIn());
  await reads('the party');
});

it('to whom it is not open reads so, and finds no door', async () => {
  asked.answer = refused('not_open');
  await open();
  await reads('problem: notOpen');
});
