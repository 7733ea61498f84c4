// @vitest-environment happy-dom
import type { SessionClient, SessionState, SyncHealth } from '@cowatch/shared/client';
import { Listeners } from '@cowatch/shared/listeners';
import type { Me, SessionInfo } from '@cowatch/shared/protocol';
import { act, createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SessionScreen } from './session-screen.tsx';

// What is rendered is counted where the screen puts it: at the header, and at the player.
const renders = vi.hoisted(() => ({ header: 0, player: 0 }));
const player = vi.hoisted(() => ({ shown: null as { readonly theatre?: { readonly on: boolean; toggle(): void } } | null }));
const made = vi.hoisted(() => ({ client: null as unknown }));

vi.mock('@tanstack/react-router', () => ({ useNavigate: () => () => {}, Link: () => null }));
vi.mock('../../../player/index.ts', () => ({
  VideoPlayer: (props: NonNullable<typeof player.shown>) => {
    renders.player += 1;
    player.shown = props;
    return null;
  },
  usePartyParts: () => null,
  usePictureSize: () => null,
}));
vi.mock('../../../features/session/index.ts', async () => ({
  ...(await import('../../../features/session/people/person-name.ts')),
  SessionHeader: ({ partyName }: { readonly partyName: string }) => {
    renders.header += 1;
    return partyName;
  },
  KeptLine: () => null,
  JoinGate: () => null,
  ReturnCover: () => null,
  useRefusedRights: () => ({ video: null, invite: null }),
  useSessionClient: () => made.client,
}));
vi.mock('../../../lib/tabs/use-only-tab.ts', () => ({ useOnlyTab: () => ({ place: 'held', take() {} }) }));
// Comes when its code is there, which is at no moment of the test's choosing.
vi.mock('../../../lib/titles/use-late-title-name.ts', () => ({ useLateTitleName: () => null }));
vi.mock('./session-problem-part.ts', () => ({ SessionProblem: ({ kind }: { readonly kind: string }) => `problem: ${kind}` }));
vi.mock('./session-overlays.tsx', () => ({ SessionOverlays: () => null, SessionUnderlays: () => null }));
vi.mock('../../../features/queue/index.ts', () => ({ playNext: () => {}, useUpNext: () => ({ upNext: null, upcoming: null }) }));
vi.mock('./session-panels.tsx', () => ({ SessionPanels: () => null }));
vi.mock('../../../ui/lazy-part.tsx', async (original) => ({
  ...(await original<typeof import('../../../ui/lazy-part.tsx')>()),
  preloadParts: () => {},
}));

const MEDIA = { id: 'title:sample', url: '/media/sample.mp4', kind: 'file', title: 'Sample', durationS: 10 } as const;
const SYNC: SyncHealth = {
  phase: 'in-sync',
  driftMs: 0,
  reach: 'whole',
  behindLiveS: null,
  offsetMs: 0,
  errorBoundMs: 1,
  rttMs: 2,
  history: [],
};
const JOINED = {
  connection: 'joined',
  lostAtMs: null,
  error: null,
  failedTries: 0,
  playback: { media: MEDIA, timeline: { version: 1, cause: { kind: 'play' }, positionS: 0 } },
  access: { name: 'Friday film' },
  members: [],
  memberCount: 1,
  you: null,
  sync: SYNC,
  kept: true,
} as unknown as SessionState;

/** A client whose state changes as the real one's does: a new object, of which only what changed is new. */
class FakeClient {
  state = JOINED;
  readonly #listeners = new Listeners();
  readonly subscribe = this.#listeners.add;
  close() {}
  become(changes: Partial<SessionState>) {
    this.state = { ...this.state, ...changes };
    this.#listeners.emit();
  }
}

const info = {
  id: 'a'.repeat(22),
  name: 'Friday film',
  media: MEDIA,
  url: 'https://a.example/s/a',
  memberCount: 1,
  faces: [],
  owner: true,
};
const me = { viewerId: 'ana', account: null, device: null, formerViewerIds: [] };
let root: Root;
let client: FakeClient;

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  client = new FakeClient();
  made.client = client as unknown as SessionClient;
  root = createRoot(document.body.appendChild(document.createElement('div')));
  const props = { info: info as unknown as SessionInfo, me: me as unknown as Me, onIdentity() {} };
  await act(async () => root.render(createElement(SessionScreen, props)));
  renders.header = 0;
  renders.player = 0;
});

afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

it('does not render at readings of the drift, however many come', async () => {
  for (let n = 1; n <= 100; n += 1) {
    await act(async () => client.become({ sync: { ...SYNC, driftMs: n, history: [{ atMs: n, driftMs: n }] } }));
  }
  expect(renders).toEqual({ header: 0, player: 0 });
});

it('does not render at who is there and what is known of the link, which its parts show', async () => {
  await act(async () => client.become({ memberCount: 5, kept: false }));
  await act(async () => client.become({ members: [] }));
  expect(renders).toEqual({ header: 0, player: 0 });
});

it('renders once when what it shows has changed', async () => {
  await act(async () => client.become({ access: { ...client.state.access, name: 'Saturday film' } as SessionState['access'] }));
  expect(document.body.textContent).toContain('Saturday film');
  expect(renders).toEqual({ header: 1, player: 1 });
});

it('has the window as it was once a problem is over', async () => {
  await act(async () => player.shown?.theatre?.toggle());
  expect(player.shown?.theatre?.on).toBe(true);
  const error = { code: 'session_full' } as unknown as SessionState['error'];
  await act(async () => client.become({ connection: 'failed', error }));
  expect(document.body.textContent).toContain('problem: full');
  player.shown = null;
  await act(async () => client.become({ connection: 'joined', error: null }));
  expect(player.shown).toMatchObject({ theatre: { on: true } });
});
