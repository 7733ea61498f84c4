import { lazyPart } from '../../../ui/lazy-part.tsx';

/** Seldom wanted, and fetched ahead: what it tells of is mostly that nothing can be fetched. */
export const SessionProblem = lazyPart(() => import('./session-problem.tsx'), 'SessionProblem');
