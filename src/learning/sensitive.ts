/** A place of secrets, or of things that say much about a person. */
export type SensitivePlace = {
  /** Beneath the home directory with `~/`, else absolute; `*` stands for any characters within a name. */
  readonly pattern: string;
  /** The reason why it is not granted without a second look, for people. */
  readonly reason: string;
};

/** The table of sensitive places: what lies beneath one is as sensitive. The first that matches counts. */
export const sensitivePlaces: readonly SensitivePlace[] = [
  { pattern: '~/.ssh', reason: 'keys of SSH; an agent signs without showing them: --ssh-agent' },
  { pattern: '~/.gnupg', reason: 'keys of GnuPG' },
  { pattern: '~/.aws', reason: 'credentials of a cloud' },
  { pattern: '~/.azure', reason: 'credentials of a cloud' },
  { pattern: '~/.config/gcloud', reason: 'credentials of a cloud' },
  { pattern: '~/.config/doctl', reason: 'credentials of a cloud' },
  { pattern: '~/.config/hcloud', reason: 'credentials of a cloud' },
  { pattern: '~/.oci', reason: 'credentials of a cloud' },
  { pattern: '~/.kube', reason: 'credentials of clusters' },
  { pattern: '~/.docker/config.json', reason: 'passwords of registries' },
  { pattern: '~/.config/containers/auth.json', reason: 'passwords of registries' },
  { pattern: '~/.terraform.d', reason: 'credentials of a cloud' },
  { pattern: '~/.vault-token', reason: 'a token' },
  { pattern: '~/.netrc', reason: 'passwords of hosts; a secret that the program does not see: --secret' },
  { pattern: '~/.git-credentials', reason: 'passwords of Git hosts' },
  { pattern: '~/.config/git/credentials', reason: 'passwords of Git hosts' },
  { pattern: '~/.config/gh', reason: 'tokens of GitHub' },
  { pattern: '~/.config/glab-cli', reason: 'tokens of GitLab' },
  { pattern: '~/.config/hub', reason: 'tokens of GitHub' },
  { pattern: '~/.npmrc', reason: 'it may hold a token of a registry' },
  { pattern: '~/.yarnrc.yml', reason: 'it may hold a token of a registry' },
  { pattern: '~/.pypirc', reason: 'passwords of a registry' },
  { pattern: '~/.cargo/credentials*', reason: 'tokens of a registry' },
  { pattern: '~/.gem/credentials', reason: 'a token of a registry' },
  { pattern: '~/.m2/settings*.xml', reason: 'passwords of repositories' },
  { pattern: '~/.gradle/gradle.properties', reason: 'passwords of repositories' },
  { pattern: '~/.pgpass', reason: 'passwords of databases' },
  { pattern: '~/.my.cnf', reason: 'a password of a database' },
  { pattern: '~/.password-store', reason: 'a store of passwords' },
  { pattern: '~/.local/share/keyrings', reason: 'keyrings' },
  { pattern: '~/.local/share/kwalletd', reason: 'keyrings' },
  { pattern: '~/.pki', reason: 'certificates and keys' },
  { pattern: '~/.config/keepassxc', reason: 'a store of passwords' },
  { pattern: '~/.mozilla', reason: 'a profile of a browser: cookies and passwords' },
  { pattern: '~/.config/chromium', reason: 'a profile of a browser: cookies and passwords' },
  { pattern: '~/.config/google-chrome', reason: 'a profile of a browser: cookies and passwords' },
  { pattern: '~/.config/BraveSoftware', reason: 'a profile of a browser: cookies and passwords' },
  { pattern: '~/.config/vivaldi', reason: 'a profile of a browser: cookies and passwords' },
  { pattern: '~/.thunderbird', reason: 'mail' },
  { pattern: '~/.config/Signal', reason: 'messages' },
  { pattern: '~/.*_history', reason: 'the history of a shell or an interpreter' },
  { pattern: '~/.histfile', reason: 'the history of a shell' },
  { pattern: '~/.lesshst', reason: 'a history' },
  { pattern: '~/.local/share/fish', reason: 'the history of a shell' },
  { pattern: '~/.claude*', reason: 'sessions and credentials of an agent' },
  { pattern: '~/.codex', reason: 'sessions and credentials of an agent' },
  { pattern: '~/.config/anthropic', reason: 'credentials of an agent' },
  { pattern: '/etc/shadow*', reason: 'passwords of this machine' },
  { pattern: '/etc/gshadow*', reason: 'passwords of this machine' },
  { pattern: '/etc/sudoers*', reason: 'rights of users of this machine' },
  { pattern: '/etc/ssh/ssh_host_*_key', reason: 'keys of this machine' },
  { pattern: '/etc/ssl/private', reason: 'keys of this machine' },
  { pattern: '/etc/pki/tls/private', reason: 'keys of this machine' },
  { pattern: '/etc/NetworkManager/system-connections', reason: 'passwords of networks' },
  { pattern: '/etc/wpa_supplicant', reason: 'passwords of networks' },
  { pattern: '/run/secrets', reason: 'secrets of a container' },
  { pattern: '/var/run/secrets', reason: 'secrets of a container' },
  { pattern: '/run/docker.sock', reason: 'rules this machine: who reaches it is root' },
  { pattern: '/run/podman/podman.sock', reason: 'rules the containers of this machine' },
  { pattern: '/run/containerd/containerd.sock', reason: 'rules the containers of this machine' },
  { pattern: '/var/run/docker.sock', reason: 'rules this machine: who reaches it is root' },
  { pattern: '/var/log', reason: 'logs of this machine' },
  { pattern: '/var/mail', reason: 'mail' },
  { pattern: '/var/spool', reason: 'mail and jobs of this machine' },
];

/** Names of files that hold secrets wherever they are. */
const sensitiveNames: readonly SensitivePlace[] = [
  { pattern: 'id_rsa', reason: 'a key of SSH' },
  { pattern: 'id_ed25519', reason: 'a key of SSH' },
  { pattern: 'id_ecdsa', reason: 'a key of SSH' },
  { pattern: '.env', reason: 'settings that mostly are secrets' },
  { pattern: '.env.local', reason: 'settings that mostly are secrets' },
  { pattern: '.env.production', reason: 'settings that mostly are secrets' },
];

/** Finds the reason why a path is sensitive; `undefined` if it is not. */
export type Sensitivity = (real: string) => string | undefined;

/**
 * Makes the judgement for a user.
 *
 * @param home The home directory, without symbolic links.
 */
export function sensitivityFor(home: string): Sensitivity {
  const places = sensitivePlaces.map(({ pattern, reason }) => ({
    reason,
    matches: beneathPattern(pattern, home),
  }));
  const names = sensitiveNames.map(({ pattern, reason }) => ({ reason, name: pattern }));
  return (real) => {
    const place = places.find(({ matches }) => matches.test(real));
    if (place !== undefined) return place.reason;
    const name = real.slice(real.lastIndexOf('/') + 1);
    return names.find((one) => one.name === name)?.reason ?? otherHome(real, home);
  };
}

/** The places of the table as paths, as far as they have no `*`. */
export function plainSensitivePlaces(home: string): readonly string[] {
  return sensitivePlaces
    .map(({ pattern }) => pattern.replace(/^~(?=\/)/, () => home))
    .filter((path) => !path.includes('*'));
}

function beneathPattern(pattern: string, home: string): RegExp {
  const path = pattern.replace(/^~(?=\/)/, () => home);
  const escaped = path.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${escaped}(?:/|$)`);
}

function otherHome(real: string, home: string): string | undefined {
  const [, other] = /^(\/root|\/home\/[^/]+)(?:\/|$)/.exec(real) ?? [];
  if (other === undefined || other === home || home.startsWith(`${other}/`)) return undefined;
  return 'the home of another user';
}
