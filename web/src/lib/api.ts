import type { CreateSessionRequest, SessionInfo } from '@cowatch/shared/protocol';
import { callApi } from './http.ts';

/** Gives this browser its guest identity (a cookie); the socket wants it to be there. */
export const fetchMe = () => callApi<unknown>('GET', '/me');

export const createSession = (request: CreateSessionRequest) => callApi<SessionInfo>('POST', '/sessions', request);

export const fetchSession = (sessionId: string) => callApi<SessionInfo>('GET', `/sessions/${sessionId}`);
