import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { isForEverybody, isOfSystem } from './ownership.ts';

/*
 * Data and settings of programs of the system that do not lie in /usr. A directory enters worlds as a whole only if
 * every user may read all of it: root in a world reads files of root, of any mode.
 */

/** Directories whose children belong to one program each. */
const HOMES = ['/etc', '/var/lib', '/var/cache', '/var/spool'] as const;

/**
 * Names about users, secrets, the network or services of this host, also those that every user may read. A star stands for
 * all that follows. They are no patterns: to compile those takes longer than all that is found out here.
 */
const WITHHELD: readonly string[] = [
  // Users, and how they get in.
  'passwd passwd- group group- shadow shadow- gshadow gshadow- subuid subuid- subgid subgid- opasswd opasswd-',
  'aliases mail mailname mail.rc login* adduser deluser skel sudoers* doas* security pam* polkit* shells.state',
  'AccountsService sss sssd nslcd* ldap* krb5* nsswitch.conf machine-id hostid utmp wtmp',
  // Keys and secrets.
  'ssh* ssl pki gnupg private key keys letsencrypt certbot acme* credstore* crypttab luks* environment*',
  'wireguard openvpn ipsec* strongswan* swanctl wpa_supplicant NetworkManager iwd ppp chatscripts',
  // The network and file systems of this host.
  'host* resolv* network* netplan netctl dhcp* fstab mtab exports* auto.* nfs* samba cifs* ufw',
  'nftables* iptables* firewalld fail2ban avahi systemd udev dbus-1 cron* anacron* at atjobs audit*',
  'selinux apparmor* default init.d rc*.d sysctl* modprobe* modules* cloud grub* apt yum* dnf zypp',
  // Services and their data.
  'apache2 httpd nginx lighttpd caddy haproxy squid mysql* mariadb* postgresql* redis* mongo* rabbitmq',
  'docker* containerd* containers kube* rancher cni libvirt lxc* lxd machines snap snapd flatpak waydroid',
  'postfix exim* dovecot* bind named unbound cups sane saned gdm* lightdm* sddm bluetooth upower colord',
];

const withheld = new Set<string>();
/** The two ends of names that have a star in them. */
const withheldParts: (readonly [start: string, end: string])[] = [];
for (const word of WITHHELD.flatMap((line) => line.split(' '))) {
  const star = word.indexOf('*');
  if (star < 0) withheld.add(word);
  else withheldParts.push([word.slice(0, star), word.slice(star + 1)]);
}

function isWithheld(name: string): boolean {
  return (
    withheld.has(name) || withheldParts.some(([start, end]) => name.startsWith(start) && name.endsWith(end))
  );
}

/** More entries than the data of any program that is found so. */
const MAX_ENTRIES = 20_000;

/** A file or directory that can be shown to every program. */
export type PublicFile = { readonly path: string; readonly type: 'file' | 'directory' };

/**
 * Finds the child of `/etc`, `/var/lib` and the like in which a path lies; `undefined` for other paths and
 * for withheld files.
 *
 * @param path Absolute.
 */
export function homeOf(path: string): string | undefined {
  for (const home of HOMES) {
    if (!path.startsWith(`${home}/`)) continue;
    const name = path.slice(home.length + 1).split('/', 1)[0] ?? '';
    return name === '' || isWithheld(name) ? undefined : `${home}/${name}`;
  }
  return undefined;
}

/** The parts of a file or directory that every user may read, and the directories that show a change of them. */
export class PublicFiles {
  readonly files: PublicFile[] = [];
  readonly directories: string[] = [];
  #entries = 0;

  /** Adds a file, or a directory with all that is in it, as far as it can be shown. */
  add(path: string): void {
    const found = this.#look(path);
    if (found !== 'hidden') this.files.push(...found);
  }

  #look(path: string): readonly PublicFile[] | 'hidden' {
    const stats = lstat(path);
    if (stats === undefined || ++this.#entries > MAX_ENTRIES) return 'hidden';
    if (!isOfSystem(stats) || !isForEverybody(stats)) return 'hidden';
    if (stats.isFile()) return [{ path, type: 'file' }];
    if (!stats.isDirectory()) return 'hidden';
    this.directories.push(path);
    const parts: PublicFile[] = [];
    let whole = true;
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      // A link leads to the file of the world at its target.
      if (entry.isSymbolicLink()) continue;
      const part = this.#look(posix.join(path, entry.name));
      if (part === 'hidden') whole = false;
      else {
        whole &&= part.length === 1 && part[0]?.path === posix.join(path, entry.name);
        parts.push(...part);
      }
    }
    return whole ? [{ path, type: 'directory' }] : parts;
  }
}

function lstat(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
