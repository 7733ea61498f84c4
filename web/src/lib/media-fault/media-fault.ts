/** Why a link does not play. Each cause has one sentence in the catalogue, under `fault`. */
export type MediaFault =
  | {
      readonly cause:
        | 'notFound'
        | 'refused'
        | 'serverError'
        /** Nothing answers at that address. */
        | 'unreachable'
        /** A server takes the connection and sends nothing. */
        | 'silent'
        /** The site does not let pages of others play it, or it is protected. */
        | 'ownSite'
        | 'notAVideo'
        /** This device has no network. */
        | 'offline'
        /** Something is there, and this browser does not say why it cannot play it. */
        | 'unplayable';
    }
  | { readonly cause: 'codec'; readonly part: 'picture' | 'sound' | 'file'; readonly codec: string };

export type FaultCause = MediaFault['cause'];

/** It is so for everybody, and stays so: no use in starting anyway, nor in trying again for long. */
export function isFinal({ cause }: MediaFault): boolean {
  return cause === 'notFound' || cause === 'refused' || cause === 'notAVideo';
}

/** It may be over in a moment. */
export function mayPass({ cause }: MediaFault): boolean {
  return cause === 'offline' || cause === 'unreachable' || cause === 'silent' || cause === 'serverError';
}

/** What the status of an answer says; null where it says that all is well. */
export function faultOfStatus(status: number): MediaFault | null {
  if (status < 400) return null;
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { cause: 'serverError' };
  // Some stores of files say 400 to a link that has expired.
  if ([400, 401, 402, 403, 407, 451].includes(status)) return { cause: 'refused' };
  return { cause: 'notFound' };
}
