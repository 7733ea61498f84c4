import { type ComponentProps, lazy, Suspense } from 'react';
import type { ConfirmDialog as ConfirmDialogType } from './confirm-dialog.tsx';
import type { Sheet as SheetType } from './sheet.tsx';

const LoadedConfirmDialog = lazy(() =>
  import('./confirm-dialog.tsx').then((module) => ({ default: module.ConfirmDialog })),
);
const LoadedSheet = lazy(() => import('./sheet.tsx').then((module) => ({ default: module.Sheet })));

/** `ConfirmDialog`, whose code is fetched when it first asks something. */
export function LazyConfirmDialog(props: ComponentProps<typeof ConfirmDialogType>) {
  return <Suspense>{props.open ? <LoadedConfirmDialog {...props} /> : null}</Suspense>;
}

/** `Sheet`, whose code is fetched when it first slides in. */
export function LazySheet(props: ComponentProps<typeof SheetType>) {
  return <Suspense>{props.open ? <LoadedSheet {...props} /> : null}</Suspense>;
}
