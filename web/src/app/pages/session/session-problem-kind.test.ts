import type { SessionState } from '@cowatch/shared/client';
import type { ErrorCode, Playback } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { sessionProblem } from './session-problem-kind.ts';

const playback = {} as Playback;
const state = (connection: SessionState['connection'], code?: ErrorCode, joined = false) => ({
  connection,
  error: code ? { code, message: '' } : null,
  playback: joined ? playback : null,
  removed: null,
});

describe('sessionProblem', () => {
  it.each([
    ['ended', undefined, 'ended'],
    ['failed', 'not_found', 'notFound'],
    ['failed', 'gone', 'ended'],
    ['failed', 'forbidden', 'notOpen'],
    ['failed', 'session_full', 'full'],
    ['failed', 'upgrade_required', 'upgrade'],
    ['failed', 'unauthenticated', 'noCookie'],
    ['failed', 'bad_request', 'server'],
    ['joined', undefined, null],
  ] as const)('%s with %s is %s', (connection, code, kind) => {
    expect(sessionProblem(state(connection, code), false)).toBe(kind);
  });

  it('tells who was kicked that they may ask, and who was banned no more than a locked party tells', () => {
    expect(sessionProblem({ ...state('removed'), removed: 'kicked' }, false)).toBe('removed');
    expect(sessionProblem({ ...state('removed'), removed: 'banned' }, false)).toBe('notOpen');
  });

  it('leaves who waits at the door to wait', () => {
    expect(sessionProblem(state('knocking'), true)).toBeNull();
  });

  it('speaks up when joining takes long', () => {
    expect(sessionProblem(state('connecting'), false)).toBeNull();
    expect(sessionProblem(state('connecting'), true)).toBe('connect');
  });

  it('says what stands in the way, where that is known, and does not wait for it', () => {
    const connecting = state('connecting');
    expect(sessionProblem(connecting, false, { kind: 'blocked' })).toBe('blocked');
    expect(sessionProblem(connecting, false, { kind: 'wrongAddress', reachedAs: null })).toBe('wrongAddress');
    expect(sessionProblem(connecting, false, { kind: 'busy' })).toBeNull();
    expect(sessionProblem(connecting, true, { kind: 'busy' })).toBe('server');
    expect(sessionProblem(connecting, true, { kind: 'unreachable' })).toBe('connect');
    expect(sessionProblem(state('reconnecting', undefined, true), true, { kind: 'blocked' })).toBeNull();
  });

  it('never takes the party away while a broken link mends itself', () => {
    expect(sessionProblem(state('reconnecting', undefined, true), true)).toBeNull();
  });
});
