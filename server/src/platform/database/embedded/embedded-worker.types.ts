/** What the thread of the embedded database is started with. */
export interface EmbeddedWorkerData {
  /** Folder of the database's own files; made when it is not there. */
  readonly folder: string;
  /** Unix socket to serve PostgreSQL's protocol on. */
  readonly socketPath: string;
  /** Folder of an empty database that a new one can be copied from. */
  readonly template: string | null;
}

/** What it says. Any message to it means: stop. */
export type EmbeddedWorkerMessage =
  /** There was no database; now there is, and this thread ends for one that serves it. */
  | { readonly kind: 'made' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'broken'; readonly error: string };
