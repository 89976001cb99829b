import { LinuxErrno } from '../linux/errno.ts';
import { HostFailure } from './backing.ts';
import type { EncryptedFile } from './encrypted-file.ts';
import { ROOT_NODE } from './fuse-wire.ts';

/** A name of a node, in a directory. */
type NodeName = { readonly parent: FileNode; readonly name: string };

/** A file or directory that the kernel knows by a number. */
export type FileNode = {
  readonly id: number;
  readonly inode: bigint;
  /** The type bits of its mode. */
  readonly type: number;
  /** All names that were looked up; none when it was removed. */
  readonly names: NodeName[];
  /** As often as the kernel was told of it, and has not forgotten. */
  lookups: number;
  /** As often as it is open. */
  opens: number;
  /** Its contents, once they were needed. */
  file: EncryptedFile | undefined;
};

/** The files that the kernel knows. */
export class Nodes {
  readonly #byId = new Map<number, FileNode>();
  readonly #byInode = new Map<bigint, FileNode>();
  readonly #byName = new Map<string, FileNode>();
  #last = ROOT_NODE;
  readonly root: FileNode;

  constructor(inode: bigint, type: number) {
    this.root = { id: ROOT_NODE, inode, type, names: [], lookups: 1, opens: 0, file: undefined };
    this.#byId.set(ROOT_NODE, this.root);
  }

  /** @throws HostFailure for a number that was not given out. */
  get(id: number): FileNode {
    const found = this.#byId.get(id);
    if (found === undefined) throw new HostFailure(LinuxErrno.ESTALE);
    return found;
  }

  /** Finds or makes the node of an inode that was found at a name. */
  at(parent: FileNode, name: string, inode: bigint, type: number): FileNode {
    let node = this.#byInode.get(inode);
    if (node === undefined || node.type !== type) {
      node = { id: ++this.#last, inode, type, names: [], lookups: 0, opens: 0, file: undefined };
      this.#byId.set(node.id, node);
      this.#byInode.set(inode, node);
    }
    if (this.named(parent, name) !== node) this.name(node, parent, name);
    return node;
  }

  /** Finds a node by a name that was looked up. */
  named(parent: FileNode, name: string): FileNode | undefined {
    return this.#byName.get(keyOf(parent, name));
  }

  /** Takes a name away. */
  unname(node: FileNode, parent: FileNode, name: string): void {
    const at = node.names.findIndex((one) => one.parent === parent && one.name === name);
    if (at >= 0) node.names.splice(at, 1);
    if (this.named(parent, name) === node) this.#byName.delete(keyOf(parent, name));
  }

  /** The host has removed the file: the number of its inode is free for another one. */
  gone(node: FileNode): void {
    if (this.#byInode.get(node.inode) === node) this.#byInode.delete(node.inode);
  }

  /** Adds a name. */
  name(node: FileNode, parent: FileNode, name: string): void {
    node.names.push({ parent, name });
    this.#byName.set(keyOf(parent, name), node);
  }

  /** The kernel forgets that it was told so often. Returns the node if it is not needed any more. */
  forget(id: number, count: number): FileNode | undefined {
    const node = this.#byId.get(id);
    if (node === undefined || node === this.root) return undefined;
    node.lookups -= count;
    if (node.lookups > 0) return undefined;
    this.#byId.delete(id);
    this.gone(node);
    for (const { parent, name } of [...node.names]) this.unname(node, parent, name);
    return node;
  }
}

function keyOf({ id }: FileNode, name: string): string {
  return `${id}/${name}`;
}

/**
 * The path of a node beneath the root.
 *
 * @throws HostFailure when it has no name any more.
 */
export function nodePath(node: FileNode): string {
  if (node.id === ROOT_NODE) return '';
  const [name] = node.names;
  if (name === undefined) throw new HostFailure(LinuxErrno.ESTALE);
  return join(nodePath(name.parent), name.name);
}

/** The path of a name in a directory. */
export function join(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
