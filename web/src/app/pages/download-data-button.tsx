import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { exportAll } from '../../features/account/api.ts';
import { problemWords } from '../../lib/http/problem-words.ts';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';

/** The account export, as a file. */
export function DownloadDataButton() {
  const { t } = useTranslation();
  const download = useMutation({
    mutationFn: exportAll,
    onSuccess: (data) => saveFile('cowatch.json', JSON.stringify(data, null, 1)),
  });
  return (
    <>
      <Button icon={<Download aria-hidden className="size-4" />} busy={download.isPending} onClick={() => download.mutate()}>
        {t('app.download')}
      </Button>
      {download.error ? <AlertText>{problemWords(t, download.error, t('app.downloadFailed'))}</AlertText> : null}
    </>
  );
}

function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
