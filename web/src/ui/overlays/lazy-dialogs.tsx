import type { ComponentProps } from 'react';
import { lazyPart } from '../lazy-part.tsx';

const LoadedConfirmDialog = lazyPart(() => import('./confirm-dialog.tsx'), 'ConfirmDialog', { failure: 'over' });

/** `ConfirmDialog`, whose code is fetched when it first asks something. */
export function LazyConfirmDialog(props: ComponentProps<typeof LoadedConfirmDialog>) {
  return props.open ? <LoadedConfirmDialog {...props} /> : null;
}
