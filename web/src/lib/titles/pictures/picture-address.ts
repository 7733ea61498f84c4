/** Where the server is asked for the picture of a title: as a party has it where one is named, else as the viewer has. */
export function picturePath(contentId: string, sessionId: string | undefined): string {
  const session = sessionId === undefined ? '' : `&session=${encodeURIComponent(sessionId)}`;
  return `/titles/picture?id=${encodeURIComponent(contentId)}${session}`;
}

export const pictureAddress = (contentId: string, sessionId: string | undefined): string => `/api/v1${picturePath(contentId, sessionId)}`;
