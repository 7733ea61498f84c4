/** Socket.IO room of the members of a session, on all instances. */
export const socketRoom = (sessionId: string): string => `session:${sessionId}`;
