import { Component, memo, type ReactNode } from 'react';
import ReactPlayer from 'react-player';

export interface PlayerMediaProps {
  readonly src: string;
  /** Must not change: it is called with the media element once there is one, and with null when it goes. */
  readonly onElement: (element: HTMLVideoElement | null) => void;
}

/**
 * The medium itself. react-player writes rate and volume to the element whenever it renders, which would undo what the
 * follower and the volume bar do: so it renders once per source and never again.
 */
export const PlayerMedia = memo(function PlayerMedia({ src, onElement }: PlayerMediaProps) {
  return <ReactPlayer slot="media" ref={onElement} src={src} playsInline preload="auto" width="100%" height="100%" />;
});

interface PlayerBoundaryProps {
  readonly onFail: () => void;
  readonly children: ReactNode;
}

/** A player whose code cannot be loaded must not take the party's page with it. */
export class PlayerBoundary extends Component<PlayerBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch() {
    this.props.onFail();
  }

  override render() {
    return this.state.failed ? null : this.props.children;
  }
}
