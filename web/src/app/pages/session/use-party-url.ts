import type { SessionClient } from '@cowatch/shared/client';
import { useEffect, useState } from 'react';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';

/**
 * The link to invite with. Once a host has changed it, it is asked for by who may invite, and stands in the address of their page:
 * what is copied from there must let people in, too.
 *
 * @param first as it was when the page came
 */
export function usePartyUrl(client: SessionClient | null, first: string): string {
  const [url, setUrl] = useState(first);
  const changed = useClientValue(client, ({ access }) => access?.linkVersion ?? 0) ?? 0;
  const mayInvite = useClientValue(client, ({ you }) => you?.rights.invite ?? false) ?? false;
  useEffect(() => {
    if (client === null || changed === 0 || !mayInvite) return;
    let gone = false;
    void client.link().then((answer) => {
      if (gone || !answer.ok) return;
      setUrl(new URL(answer.data.path, first).href);
      window.history.replaceState(window.history.state, '', answer.data.path);
    });
    return () => {
      gone = true;
    };
  }, [client, changed, mayInvite, first]);
  return url;
}
