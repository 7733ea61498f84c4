import './words.ts';

export { CodeForm } from './code-form.tsx';
export { LinkRequestCard } from './link-request.tsx';
export { ShowCode } from './show-code.tsx';
export { groupCode, readCode } from './user-code.ts';
