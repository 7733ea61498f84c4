import { useTranslation } from 'react-i18next';
import { Spinner } from '../../../ui/spinner.tsx';

/** Over the blurred picture while somebody who is known comes back in: nothing is asked. */
export function ReturnCover({ partyName }: { readonly partyName: string }) {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      className="absolute inset-0 flex scheme-dark animate-late flex-col items-center justify-center gap-4 bg-black/15 p-4 text-center text-text"
    >
      <Spinner className="size-10" />
      <p className="max-w-sm rounded-card bg-black/60 px-4 py-2 font-semibold text-balance wrap-anywhere">
        {t('gate.returning', { name: partyName })}
      </p>
    </div>
  );
}
