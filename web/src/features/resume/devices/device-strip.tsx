import type { ResumeClient } from '@cowatch/shared/client';
import type { DeviceAction } from '@cowatch/shared/protocol';
import { type DevicePlaying, type DeviceScreen, isMoving, type ResumeDevice } from '@cowatch/shared/resume';
import { Pause, Pencil, Play, RotateCcw, RotateCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';
import { useTicks } from '../../../lib/hooks/use-ticks.ts';
import { useTitleName } from '../../../lib/titles/use-title-name.ts';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { TitlePicture } from '../../../ui/title-picture.tsx';
import { refusalWords } from './device-words.ts';
import { useDevices } from './use-devices.ts';

const STEP_MS = 10_000;
const TICK_MS = 1000;

export interface DeviceStripProps {
  readonly resume: ResumeClient | null;
  /** What goes on here with what another device plays, from a position on; null where this page cannot play it. */
  readonly playHere: (playing: DevicePlaying, positionMs: number) => (() => void) | null;
  /** Shows what one's devices are called, and how to change that. */
  readonly onNames: () => void;
  /** Below the list: what this device is called, where nobody was asked yet. */
  readonly children?: ReactNode;
}

/** What one's other devices play now, with the buttons to it; nothing at all where none has a player. */
export function DeviceStrip({ resume, playHere, onNames, children }: DeviceStripProps) {
  const { t } = useTranslation();
  const screens = useDevices(resume);
  const playing = screens.flatMap((screen) => (screen.playing === null ? [] : [{ ...screen, playing: screen.playing }]));
  if (resume === null || playing.length === 0) return null;
  return (
    <section aria-labelledby="devices-heading" className="w-full animate-fade">
      <div className="flex items-center justify-between gap-4">
        <h2 id="devices-heading" className="text-lg font-bold">
          {t('devices.heading')}
        </h2>
        <IconButton label={t('devices.names')} icon={<Pencil aria-hidden className="size-4.5" />} onClick={onNames} />
      </div>
      <ul className="mt-1 flex flex-col gap-2">
        {playing.map((screen) => (
          <DeviceRow key={screen.device.id} resume={resume} screen={screen} playHere={playHere} />
        ))}
      </ul>
      {children}
    </section>
  );
}

interface DeviceRowProps extends Pick<DeviceStripProps, 'playHere'> {
  readonly resume: ResumeClient;
  readonly screen: DeviceScreen & { readonly playing: DevicePlaying };
}

function DeviceRow({ resume, screen, playHere }: DeviceRowProps) {
  const { t } = useTranslation();
  const nameOf = useTitleName();
  const { device, playing } = screen;
  const [problem, setProblem] = useState<ReturnType<typeof refusalWords> | null>(null);
  /** Where it is to jump to, until it has: several presses add up. */
  const [askedMs, setAskedMs] = useState<number | null>(null);
  const positionMs = () => askedMs ?? resume.devices.positionMs(playing);
  useTicks(isMoving(playing), TICK_MS);

  const run = async (action: DeviceAction) => {
    const answer = await resume.devices.command(device.id, action);
    setProblem(answer.ok ? null : refusalWords(answer.error, action.kind));
  };
  const jump = async (deltaMs: number) => {
    const toMs = Math.round(Math.min(Math.max(0, positionMs() + deltaMs), playing.durationMs ?? Number.MAX_SAFE_INTEGER));
    setAskedMs(toMs);
    await run({ kind: 'seek', positionMs: toMs });
    setAskedMs((now) => (now === toMs ? null : now));
  };
  const name = nameOf(playing);
  const labels = { device: device.name, title: name };
  const canPlayHere = playHere(playing, 0) !== null;
  return (
    <li className="card p-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="flex min-w-0 flex-[1_1_14rem] items-center gap-3">
          <TitlePicture contentId={playing.contentId} name={name} className="w-20" />
          <p className="min-w-0 flex-1">
            <span className="block truncate font-semibold">{name}</span>
            <span className="block truncate text-sm text-muted">
              {device.name} · <Where playing={playing} positionMs={positionMs()} />
            </span>
          </p>
        </div>
        <div className="flex flex-1 items-center justify-end gap-1 sm:flex-none">
          {playing.live ? null : <StepButton label={t('devices.back', labels)} icon={<RotateCcw />} onPress={() => void jump(-STEP_MS)} />}
          <IconButton
            label={playing.paused ? t('devices.play', labels) : t('devices.pause', labels)}
            icon={
              playing.paused ? <Play aria-hidden className="size-5 fill-current" /> : <Pause aria-hidden className="size-5 fill-current" />
            }
            className="text-text"
            onClick={() => void run({ kind: playing.paused ? 'play' : 'pause' })}
          />
          {playing.live ? null : <StepButton label={t('devices.forward', labels)} icon={<RotateCw />} onPress={() => void jump(STEP_MS)} />}
          {canPlayHere ? (
            <Button className="ms-auto sm:ms-1" onClick={() => playHere(playing, positionMs())?.()}>
              {t('watch.playHere')}
            </Button>
          ) : null}
        </div>
      </div>
      <Problem words={problem} device={device} />
    </li>
  );
}

/** "42:10", and why it does not move. */
function Where({ playing, positionMs }: { readonly playing: DevicePlaying; readonly positionMs: number }) {
  const { t } = useTranslation();
  const why = playing.blocked ? t('devices.blocked') : playing.paused ? t('devices.paused') : null;
  return (
    <>
      {playing.live ? t('devices.live') : <span className="tabular">{formatTime(positionMs / 1000)}</span>}
      {why === null ? null : ` · ${why}`}
    </>
  );
}

function Problem(props: { readonly words: ReturnType<typeof refusalWords> | null; readonly device: ResumeDevice }) {
  const { t } = useTranslation();
  return (
    <p role="status" className="text-sm text-danger">
      {props.words === null ? null : <span className="block animate-fade px-1 pt-2">{t(props.words, { device: props.device.name })}</span>}
    </p>
  );
}

/** Ten seconds back or on. */
function StepButton(props: { readonly label: string; readonly icon: ReactNode; readonly onPress: () => void }) {
  const icon = (
    <span aria-hidden className="relative inline-flex items-center justify-center *:[svg]:size-7 *:[svg]:stroke-[1.5]">
      {props.icon}
      <span className="absolute pt-px text-[0.5625rem] font-bold tabular">{STEP_MS / 1000}</span>
    </span>
  );
  return <IconButton label={props.label} icon={icon} className="text-text" onClick={props.onPress} />;
}
