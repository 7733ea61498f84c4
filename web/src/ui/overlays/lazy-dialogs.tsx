import type { ComponentProps } from 'react';
import { lazyPart } from '../lazy-part.tsx';

const LoadedConfirmDialog = lazyPart(() => import('./confirm-dialog.tsx'), 'ConfirmDialog', { failure: 'over' });
const LoadedSheet = lazyPart(() => import('./sheet.tsx'), 'Sheet', { failure: 'over' });

/** `ConfirmDialog`, whose code is fetched when it first asks something. */
export function LazyConfirmDialog(props: ComponentProps<typeof LoadedConfirmDialog>) {
  return props.open ? <LoadedConfirmDialog {...props} /> : null;
}

/** `Sheet`, whose code is fetched when it first slides in. */
export function LazySheet(props: ComponentProps<typeof LoadedSheet>) {
  return props.open ? <LoadedSheet {...props} /> : null;
}
