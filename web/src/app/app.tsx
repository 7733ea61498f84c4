import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HttpProblem } from '../lib/http/http.ts';
import { TooltipLayer } from '../ui/overlays/tooltip-layer.tsx';
import { PartWordsContext } from '../ui/part-failure.tsx';
import { UpdateNotice } from './layout/update-notice.tsx';
import { router } from './router.tsx';

const MAX_TRIES = 3;
const TRY_AGAIN_MS = 700;

/** Everything the pages stand on. */
export function App() {
  const { t } = useTranslation();
  const partWords = useMemo(
    () => ({
      failed: t('problem.partTitle'),
      hint: t('problem.partText'),
      tryAgain: t('app.tryAgain'),
      close: t('app.close'),
    }),
    [t],
  );
  const [queryClient] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: Number.POSITIVE_INFINITY,
            gcTime: 0,
            refetchOnWindowFocus: false,
            // Asking even while the browser thinks it is offline: the server may be on this very machine.
            networkMode: 'always',
            retry: (failures, error) =>
              failures < MAX_TRIES - 1 && error instanceof HttpProblem && (error.code === 'offline' || error.code === 'unavailable'),
            retryDelay: TRY_AGAIN_MS,
          },
          mutations: { networkMode: 'always' },
        },
      }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <PartWordsContext value={partWords}>
        <RouterProvider router={router} />
      </PartWordsContext>
      <UpdateNotice />
      <TooltipLayer />
    </QueryClientProvider>
  );
}
