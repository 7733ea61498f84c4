import type { MediaController } from 'media-chrome/dist/media-controller.js';
import type { DetailedHTMLProps, HTMLAttributes } from 'react';

export type MediaControllerElement = MediaController;

type ElementProps<T extends HTMLElement = HTMLElement> = DetailedHTMLProps<HTMLAttributes<T>, T>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'media-controller': ElementProps<MediaController> & {
        readonly autohide?: string;
        readonly nohotkeys?: boolean;
        readonly gesturesdisabled?: boolean;
        readonly nodefaultstore?: boolean;
      };
      'media-volume-range': ElementProps;
      'media-time-range': ElementProps & { readonly disabled?: boolean | undefined };
    }
  }
}
