import type { DeviceCode, Me } from '@cowatch/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLatest } from '../../lib/hooks/use-latest.ts';
import { fetchMe } from '../../lib/identity/api.ts';
import { fetchDeviceCode, signInByDeviceCode } from './api.ts';
import { pollSignIn } from './poll-sign-in.ts';

export interface ShownCode {
  /** Null until there is one. */
  readonly code: DeviceCode | null;
  readonly secondsLeft: number;
  /** Ran out or was refused: it takes another one. */
  readonly gone: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  /** Asks for a code to show. */
  show(): void;
}

/** A code that this device shows, until somebody allows it elsewhere. */
export function useDeviceCode(deviceName: string, onDone: (me: Me) => void): ShownCode {
  const [secondsLeft, setSecondsLeft] = useState(0);
  const [gone, setGone] = useState(false);
  const done = useLatest(onDone);
  const { mutate, data, isPending, error } = useMutation({
    mutationFn: () => fetchDeviceCode(deviceName),
    onSuccess({ expires_in }) {
      setSecondsLeft(expires_in);
      setGone(false);
    },
  });

  useEffect(() => {
    if (data === undefined) return;
    const end = () => {
      stopPoll();
      clearInterval(ticking);
      // The answer that signed this device in may have got lost on its way.
      void fetchMe().then(
        (me) => (me.account ? done.current(me) : setGone(true)),
        () => setGone(true),
      );
    };
    const endsAtMs = performance.now() + data.expires_in * 1000;
    const ticking = setInterval(() => {
      const leftS = Math.ceil((endsAtMs - performance.now()) / 1000);
      setSecondsLeft(Math.max(0, leftS));
      if (leftS <= 0) end();
    }, 1000);
    const stopPoll = pollSignIn({
      intervalS: data.interval,
      ask: () => signInByDeviceCode(data.device_code),
      onSignedIn: (me) => done.current(me),
      onGone: end,
    });
    return () => {
      stopPoll();
      clearInterval(ticking);
    };
  }, [data, done]);

  return { code: data ?? null, secondsLeft, gone, busy: isPending, error, show: () => mutate() };
}
