import type { Me } from '@cowatch/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { fetchPasskeyChallenge, signInByPasskey } from './api.ts';
import { askPasskey, hasPasskeys, hasSuggestedPasskeys } from './passkeys.ts';

export interface PasskeySignIn {
  /** False where this browser or this page cannot. */
  readonly offered: boolean;
  readonly busy: boolean;
  /** Null also where somebody only thought better of it. */
  readonly error: unknown;
  ask(): void;
}

/** Signing in with a passkey: by its button, or among the suggestions of the name field. */
export function usePasskeySignIn(deviceName: string, onDone: (me: Me) => void): PasskeySignIn {
  const [offered] = useState(hasPasskeys);
  const asking = useRef<AbortController | null>(null);
  const { mutate, isPending, variables, error } = useMutation({
    async mutationFn({ suggested }: { readonly suggested: boolean }) {
      // A browser asks for one passkey at a time.
      asking.current?.abort();
      const stop = new AbortController();
      asking.current = stop;
      const challenge = await fetchPasskeyChallenge().catch((cause: unknown) => {
        throw suggested ? new DOMException('Nothing was suggested.', 'AbortError') : cause;
      });
      return signInByPasskey(await askPasskey(challenge, { suggested, signal: stop.signal }), deviceName);
    },
    onSuccess: onDone,
  });
  useEffect(() => {
    let gone = false;
    void hasSuggestedPasskeys().then((can) => can && !gone && mutate({ suggested: true }));
    return () => {
      gone = true;
      asking.current?.abort();
    };
  }, [mutate]);
  const quiet = error instanceof DOMException && (error.name === 'AbortError' || variables?.suggested);
  return {
    offered,
    busy: isPending && variables?.suggested === false,
    error: quiet ? null : error,
    ask: () => mutate({ suggested: false }),
  };
}
