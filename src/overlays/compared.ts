import type { Overlay } from './store.ts';

/** An overlay with the descriptor of the directory of the host that its changes are compared with. */
export type Compared = Pick<Overlay, 'folder' | 'record'> & { readonly root: number };
