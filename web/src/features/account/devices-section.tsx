import { DEVICE_NAME_MAX_CHARS, type SignedInDevice } from '@cowatch/shared/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ago } from '../../lib/format-time.ts';
import { renameDevice } from '../../lib/identity/api.ts';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DeviceRow } from '../../ui/device-row.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { LazyConfirmDialog } from '../../ui/overlays/lazy-dialogs.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { Tag } from '../../ui/tag.tsx';
import { accountWords, isSignedOut } from './account-words.ts';
import { fetchDevices, signOutDevice, signOutOthers } from './api.ts';

export const DEVICES_QUERY = ['devices'];

export interface DevicesSectionProps {
  /** The way to one more device. */
  readonly link: ReactNode;
  /** This very device has another name. */
  readonly onRenamedHere: (name: string) => void;
  /** This very device was signed out from another one. */
  readonly onLost: () => void;
}

/** Where one is signed in: what each is called, when it was last seen, and how to sign it out. */
export function DevicesSection({ link, onRenamedHere, onLost }: DevicesSectionProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<SignedInDevice | 'others' | null>(null);
  const list = useQuery({
    queryKey: DEVICES_QUERY,
    queryFn: fetchDevices,
    staleTime: 0,
    refetchOnWindowFocus: true,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: DEVICES_QUERY });
  const rename = useMutation({
    mutationFn: ({ device, name }: { readonly device: SignedInDevice; readonly name: string }) => renameDevice(device.id, name),
    // As it is called then: a number may have come to it.
    onSuccess: ({ current, name }) => current && onRenamedHere(name),
    onSettled: refresh,
  });
  const out = useMutation({
    mutationFn: (which: SignedInDevice | 'others') => (which === 'others' ? signOutOthers() : signOutDevice(which.id)),
    onSettled: refresh,
  });
  const lost = isSignedOut(list.error);
  useEffect(() => {
    if (lost) onLost();
  }, [lost, onLost]);
  const devices = list.data?.devices ?? [];
  const problem = list.error ?? rename.error ?? out.error;
  return (
    <Card title={t('account.devices')} text={t('account.devicesText')}>
      {problem ? <AlertText>{accountWords(t, problem)}</AlertText> : null}
      {list.isPending ? <Spinner className="size-6 animate-late self-center" /> : null}
      <ul aria-label={t('account.devices')} className="flex flex-col divide-y divide-line">
        {devices.map((device) => (
          <DeviceRow
            key={device.id}
            name={rename.isPending && rename.variables.device.id === device.id ? rename.variables.name : device.name}
            label={t('account.deviceName')}
            renameLabel={t('account.renameDevice', { device: device.name })}
            saveLabel={t('app.save')}
            maxLength={DEVICE_NAME_MAX_CHARS}
            onRename={(name) => rename.mutate({ device, name })}
            end={device.current ? null : <SignOut device={device} onPress={() => setAsking(device)} />}
          >
            <LastSeen device={device} />
          </DeviceRow>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        {link}
        {devices.length > 1 ? (
          <Button variant="dangerGhost" busy={out.isPending} onClick={() => setAsking('others')}>
            {t('account.signOutOthers')}
          </Button>
        ) : null}
      </div>
      <SignOutDialog
        asking={asking}
        onConfirm={() => {
          if (asking !== null) out.mutate(asking);
          setAsking(null);
        }}
        onClose={() => setAsking(null)}
      />
    </Card>
  );
}

function LastSeen({ device }: { readonly device: SignedInDevice }) {
  const { t } = useTranslation();
  const when = ago(device.lastSeenAtMs, Date.now(), document.documentElement.lang);
  return (
    <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
      {device.current ? <Tag>{t('account.thisDevice')}</Tag> : t('account.lastSeen', { when })}
    </p>
  );
}

function SignOut({ device, onPress }: { readonly device: SignedInDevice; readonly onPress: () => void }) {
  const { t } = useTranslation();
  return (
    <IconButton
      label={t('account.signOutDevice', { device: device.name })}
      icon={<LogOut aria-hidden className="size-4.5" />}
      onClick={onPress}
    />
  );
}

interface SignOutDialogProps {
  /** What is about to be signed out; null for nothing. */
  readonly asking: SignedInDevice | 'others' | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

function SignOutDialog({ asking, onConfirm, onClose }: SignOutDialogProps) {
  const { t } = useTranslation();
  return (
    <LazyConfirmDialog
      open={asking !== null}
      title={asking === 'others' ? t('account.signOutOthersAsk') : t('account.signOutDeviceAsk', { device: asking?.name ?? '' })}
      text={asking === 'others' ? t('account.signOutOthersText') : t('account.signOutDeviceText')}
      confirmLabel={t('account.signOut')}
      cancelLabel={t('app.cancel')}
      onConfirm={onConfirm}
      onClose={onClose}
    />
  );
}
