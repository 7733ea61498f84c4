import './words.ts';
import type { ResumeClient } from '@cowatch/shared/client';
import { DEVICE_NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import type { ResumeDevice } from '@cowatch/shared/resume';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useDevices } from '../../features/resume/index.ts';
import { noteNameAsked } from '../../lib/identity/own-device.ts';
import { AlertText } from '../../ui/alert-text.tsx';
import { DeviceRow } from '../../ui/device-row.tsx';
import { Dialog } from '../../ui/overlays/dialog.tsx';
import { Tag } from '../../ui/tag.tsx';
import { storage } from '../device.ts';

export interface DeviceNamesDialogProps {
  readonly resume: ResumeClient | null;
  readonly onClose: () => void;
}

/** What one's devices are called that are online now: this one first, each with a pencil. */
export function DeviceNamesDialog({ resume, onClose }: DeviceNamesDialogProps) {
  const { t } = useTranslation();
  const others = useDevices(resume);
  const rename = useMutation({
    async mutationFn({ device, name }: { readonly device: ResumeDevice; readonly name: string }) {
      const answer = await resume?.devices.rename(device.id, name);
      if (!answer?.ok) return answer?.error.code ?? 'unavailable';
      if (device.id === resume?.device.id) noteNameAsked(storage);
      return null;
    },
  });
  const devices =
    resume === null ? [] : [{ ...resume.device, name: resume.devices.nameOf(resume.device) }, ...others.map(({ device }) => device)];
  const problem = rename.data ?? null;
  return (
    <Dialog open onClose={onClose} title={t('deviceNames.title')} text={t('deviceNames.text')} closeLabel={t('app.close')}>
      <ul aria-label={t('deviceNames.title')} className="mt-3 flex flex-col divide-y divide-line">
        {devices.map((device, n) => (
          <DeviceRow
            key={device.id}
            name={rename.isPending && rename.variables.device.id === device.id ? rename.variables.name : device.name}
            label={t('deviceNames.fieldOf')}
            renameLabel={t('deviceNames.rename', { device: device.name })}
            saveLabel={t('app.save')}
            maxLength={DEVICE_NAME_MAX_CHARS}
            onRename={(name) => rename.mutate({ device, name })}
          >
            {n === 0 ? <Tag>{t('deviceNames.this')}</Tag> : null}
          </DeviceRow>
        ))}
      </ul>
      {problem === null ? null : (
        <AlertText>
          {problem === 'not_found' ? t('deviceNames.gone', { device: rename.variables?.device.name ?? '' }) : t('deviceNames.failed')}
        </AlertText>
      )}
    </Dialog>
  );
}
