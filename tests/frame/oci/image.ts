import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The programs of the image, all of which are busybox. */
const programs =
  'sh cat ls sleep echo id mount ps grep httpd mkdir touch kill env stat head rm dd tr tty true false hostname wget nc ln';

/** Finds a program of the host; `undefined` without one. */
export function hostProgram(name: string): string | undefined {
  const path = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
  return path === '' ? undefined : path;
}

/**
 * Makes a root with busybox and its libraries.
 *
 * @param busybox The path of busybox on this host.
 */
export function makeImageRoot(root: string, busybox: string): void {
  for (const name of ['bin', 'etc', 'tmp']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(busybox, join(root, 'bin/busybox'));
  for (const name of programs.split(' ')) symlinkSync('busybox', join(root, 'bin', name));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  // A static busybox has none: ldd says so with a status of its own.
  const { stdout } = spawnSync('ldd', [busybox], { encoding: 'utf8' });
  for (const [library] of stdout.matchAll(/\/\S+/g)) {
    mkdirSync(dirname(join(root, library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
}

/** Writes an OCI archive of a root, as engines load it (OCI image specification). */
export function writeImage(archive: string, name: string, root: string, config: unknown): void {
  const work = `${archive}.d`;
  mkdirSync(join(work, 'blobs/sha256'), { recursive: true });
  const put = (bytes: Uint8Array, mediaType: string) => {
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(work, 'blobs/sha256', digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const { stdout } = spawnSync('tar', ['--owner=0', '--group=0', '-C', root, '-cf', '-', '.'], {
    maxBuffer: 2 ** 30,
  });
  const layer = put(stdout, 'application/vnd.oci.image.layer.v1.tar');
  const architecture = process.arch === 'x64' ? 'amd64' : 'arm64';
  const image = { architecture, os: 'linux', config, rootfs: { type: 'layers', diff_ids: [layer.digest] } };
  const described = put(Buffer.from(JSON.stringify(image)), 'application/vnd.oci.image.config.v1+json');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = { schemaVersion: 2, mediaType, config: described, layers: [layer] };
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name };
  const manifests = [{ ...put(Buffer.from(JSON.stringify(manifest)), mediaType), annotations }];
  writeFileSync(join(work, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(join(work, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  spawnSync('tar', ['-C', work, '-cf', archive, '.']);
}
