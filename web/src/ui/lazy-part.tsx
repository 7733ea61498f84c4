import { Component, type ComponentType, type ReactNode, useCallback, useEffect, useState } from 'react';
import { untilItWorks } from '../lib/until-it-works.ts';
import { PartFailure, type PartFailureProps } from './part-failure.tsx';

export interface LazyPartOptions {
  /**
   * Where it is said that the part could not be fetched: in its place, over the page (for what opens over it), or as a
   * whole page.
   */
  readonly failure?: PartFailureProps['where'];
  /** Whether `preloadParts` fetches it, too: not what is large and seldom wanted, and of pages only what says so. */
  readonly ahead?: boolean;
}

export interface PartProps {
  /** Shown while the part is being fetched, and beside what is said over the page. */
  readonly partWaiting?: ReactNode;
  /** The person does without what could not be fetched. What has an `onClose` is closed by it. */
  readonly onPartDismissed?: () => void;
}

export interface LazyPart<Props> {
  (props: Props & PartProps): ReactNode;
  /** Fetches the code ahead of its use. Never fails: what could not be fetched is fetched when it is used. */
  readonly preload: () => Promise<void>;
}

/** A page that is never idle fetches its parts nevertheless, after this many milliseconds. */
const IDLE_WITHIN_MS = 2000;

/** What is exported under these names is a component. */
type ComponentNames<Module> = {
  [Name in keyof Module]: Module[Name] extends (props: never) => ReactNode ? Name : never;
}[keyof Module];

type PropsOf<T> = T extends (props: infer Props) => ReactNode ? Props : never;

/**
 * A component whose code is fetched when it is first rendered, or by `preload`. The one way here to load a part lazily:
 * what cannot be fetched says so in its own place with a button that tries again, and takes nothing else away.
 *
 * @param load imports the module
 * @param name of the component in it
 */
export function lazyPart<Module, Name extends ComponentNames<Module>>(
  load: () => Promise<Module>,
  name: Name,
  { failure = 'inline', ahead = failure !== 'page' }: LazyPartOptions = {},
): LazyPart<PropsOf<Module[Name]>> {
  const code = new LazyCode(async () => (await load())[name] as ComponentType<object>);
  if (ahead) addCode(code);
  return Object.assign(
    ({ partWaiting = null, onPartDismissed, ...props }: PartProps) => (
      <PartHost code={code} failure={failure} waiting={partWaiting} onDismiss={onPartDismissed ?? closeOf(props)} props={props} />
    ),
    { preload: () => code.preload() },
  );
}

/**
 * What a part needs besides components: a module that is fetched when it is first asked for, and by `preloadParts`.
 *
 * @returns asks for it; rejects where it cannot be fetched, and the next call tries again
 */
export function lazyModule<Module>(load: () => Promise<Module>): () => Promise<Module> {
  const code = new LazyCode(load);
  addCode(code);
  return () => code.fetch();
}

const ahead = new Set<LazyCode<unknown>>();
let fetching = false;
let preloading = false;

function addCode(code: LazyCode<unknown>): void {
  ahead.add(code);
  // A part may bring parts of its own.
  if (preloading) void fetchAhead();
}

/**
 * Fetches every part that the page could open, one after the other while it has nothing else to do, and from then on
 * each further one as soon as it is known. Where the connection goes away later they are there already. A browser
 * that saves data fetches each when it is wanted.
 */
export function preloadParts(): void {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  if (connection?.saveData) return;
  preloading = true;
  void fetchAhead();
}

async function fetchAhead(): Promise<void> {
  if (fetching) return;
  fetching = true;
  // Those that are added meanwhile come at the end.
  for (const code of ahead) {
    await idle();
    await code.preload();
  }
  fetching = false;
}

/** Resolves when the browser has nothing to do; soon, where it does not say. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: IDLE_WITHIN_MS });
    else setTimeout(resolve, IDLE_WITHIN_MS / 10);
  });
}

/** Code of a part: fetched once, and again only where that failed. */
class LazyCode<Content> {
  readonly #load: () => Promise<Content>;
  #loading: Promise<Content> | null = null;
  /** What was fetched, once it is there. */
  ready: Content | null = null;

  constructor(load: () => Promise<Content>) {
    this.#load = load;
  }

  fetch(): Promise<Content> {
    this.#loading ??= this.#load().then(
      (content) => {
        this.ready = content;
        return content;
      },
      (error) => {
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }

  async preload(): Promise<void> {
    await this.fetch().catch(() => {});
  }
}

interface PartHostProps {
  readonly code: LazyCode<ComponentType<object>>;
  readonly failure: PartFailureProps['where'];
  readonly waiting: ReactNode;
  readonly onDismiss: (() => void) | undefined;
  readonly props: object;
}

function PartHost({ code, failure, waiting, onDismiss, props }: PartHostProps) {
  const [Loaded, setLoaded] = useState(() => code.ready);
  const [failed, setFailed] = useState(false);
  const attempt = useCallback(
    () =>
      code.fetch().then(
        (component) => setLoaded(() => component),
        (error) => {
          setFailed(true);
          throw error;
        },
      ),
    [code],
  );
  // What belongs to the page is tried again by itself. What was asked for by a press would come by surprise.
  const persistent = failure !== 'over';
  useEffect(() => {
    if (Loaded) return;
    if (persistent) return untilItWorks(attempt);
    attempt().catch(() => {});
  }, [Loaded, attempt, persistent]);

  const failureView = (retry: () => Promise<void>) => (
    <>
      {failure === 'over' ? waiting : null}
      <PartFailure where={failure} onRetry={retry} onDismiss={onDismiss} />
    </>
  );
  if (!Loaded) return failed ? failureView(attempt) : waiting;
  // A page that breaks is the router's to tell.
  if (failure === 'page') return <Loaded {...props} />;
  return (
    <PartBoundary failure={failureView}>
      <Loaded {...props} />
    </PartBoundary>
  );
}

/** How what stays open until it is told otherwise is told. */
function closeOf(props: object): (() => void) | undefined {
  const close = 'onClose' in props ? props.onClose : undefined;
  return typeof close === 'function' ? () => void close() : undefined;
}

interface PartBoundaryProps {
  readonly failure: (retry: () => Promise<void>) => ReactNode;
  readonly children: ReactNode;
}

/** Keeps what breaks inside a part from taking away what is around it. */
class PartBoundary extends Component<PartBoundaryProps, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  readonly #retry = async () => this.setState({ broken: false });

  override render() {
    return this.state.broken ? this.props.failure(this.#retry) : this.props.children;
  }
}
