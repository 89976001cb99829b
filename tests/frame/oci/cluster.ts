import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { installProgram } from '../../../src/oci/native-program.ts';
import { removeFolder } from '../programs.ts';
import type { Ran } from './bundle.ts';
import { hostProgram, makeImageRoot, writeImage } from './image.ts';
import { DNS_SERVER, joinScript, proxyConfig, secondNodeScript } from './second-node.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** The parts of Kubernetes that run on a node, each a name of one binary. */
const parts = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
] as const;

/** SHA-256 of that binary: Kubernetes 1.37.2. */
const DIGEST = '73ae22842fdcbfb8e4b1e33b2894a5a3bddebea29cb45bc9c0a53f0d83b62df9';

/** The places of the binary, packed by zstd: named by the user, beside this checkout, in the user's cache. */
const places = [
  process.env['CLOUDABI_KUBE'] ?? '',
  join(root, '../shared/kube/hyper.zst'),
  join(homedir(), '.cache/cloudabi/kube/hyper.zst'),
];

const binary = places.find((path) => path !== '' && existsSync(path));

const tools = ['containerd', 'runc', 'ctr', 'busybox', 'ip', 'nsenter', 'openssl', 'zstd', 'unshare'];

/** The reason why no cluster can be started here; `false` if one can. */
export const noCluster: string | false =
  process.geteuid?.() !== 0
    ? 'a node of Kubernetes is started by root'
    : binary === undefined
      ? 'there is no binary of Kubernetes (CLOUDABI_KUBE names one)'
      : (tools.map((name) => (hostProgram(name) ? undefined : `${name} is not installed`)).find(Boolean) ??
        false);

/** The name of the image that the node has. */
export const NODE_IMAGE = 'localhost/busybox:1';

/** The kubelet insists on these settings of the machine: it sees files of ours in their place. */
const settings = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
};

/** Options of a cluster. */
export type ClusterOptions = {
  /** With two nodes, Services have names and addresses. */
  readonly nodes: 1 | 2;
  /** Images beside that of busybox: the name, and a function that fills the root. */
  readonly images: readonly { readonly name: string; readonly fill: (root: string) => void }[];
};

/**
 * A cluster, by default of one node, in namespaces of its own for processes, mounts and the network: nothing of it outlives the
 * test.
 */
export class TestCluster {
  readonly directory: string;
  readonly #anchor: ChildProcess;
  readonly #options: ClusterOptions;

  /** Starts the nodes and waits until they are ready. */
  constructor(context: TestContext, options: ClusterOptions = { nodes: 1, images: [] }) {
    this.#options = options;
    const directory = mkdtempSync(join(tmpdir(), 'kube-'));
    this.directory = directory;
    for (const name of ['bin', 'log', 'run', 'run2', 'cni', 'cni2', 'pki', 'image'])
      mkdirSync(join(directory, name));
    this.#prepare();
    const script = join(directory, 'node.sh');
    writeFileSync(script, this.#script());
    const log = openSync(join(directory, 'log/node'), 'w');
    const flags = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    this.#anchor = spawn('unshare', [...flags, 'bash', script], { stdio: ['ignore', log, log] });
    closeSync(log);
    context.after(() => {
      this.#anchor.kill('SIGKILL');
      removeGroups();
      removeFolder(directory);
    });
    // The script says so, or ends.
    while (
      !existsSync(join(directory, 'ready')) &&
      this.#anchor.exitCode === null &&
      this.#inner !== undefined
    )
      spawnSync('sleep', ['0.1']);
    if (!existsSync(join(directory, 'ready')))
      throw new Error(readFileSync(join(directory, 'log/node'), 'utf8'));
  }

  /** Runs kubectl. */
  kubectl(...argv: readonly string[]): Ran {
    const words = [
      join(this.directory, 'bin/kubectl'),
      '--kubeconfig',
      join(this.directory, 'pki/admin.kubeconfig'),
    ];
    return this.inside(...words, ...argv);
  }

  /** Runs a program where the node runs. */
  inside(...argv: readonly string[]): Ran {
    return spawnSync('nsenter', [...this.words, ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** The options of nsenter by which a program runs where the node runs. */
  get words(): readonly string[] {
    return ['--target', String(this.#inner), '--net', '--mount', '--pid', '--'];
  }

  /** Takes the second node off the network, as if its power had gone. */
  cutSecondNode(): void {
    const cut = this.inside('ip', 'link', 'set', 'veth2', 'down');
    if (cut.status !== 0) throw new Error(cut.stderr);
  }

  /** Applies a manifest. */
  apply(manifest: string): Ran {
    const path = join(this.directory, 'manifest.yaml');
    writeFileSync(path, manifest);
    return this.kubectl('apply', '-f', path);
  }

  /** The first process of the node's namespaces, the only child of `unshare`. */
  get #inner(): number | undefined {
    // The anchor that has ended is a zombie while this thread has not come back to its loop.
    for (let tries = 0; tries < 1000; tries++) {
      const path = `/proc/${this.#anchor.pid}/task/${this.#anchor.pid}/children`;
      if (this.#anchor.exitCode !== null || !existsSync(path)) return undefined;
      const [child] = readFileSync(path, 'latin1').split(' ');
      if (child) return Number(child);
      spawnSync('sleep', ['0.01']);
    }
    return undefined;
  }

  #prepare(): void {
    const { directory } = this;
    const file = join(directory, 'bin/etcd');
    spawnSync('zstd', ['-dq', binary ?? '', '-o', file]);
    spawnSync('chmod', ['755', file]);
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
    if (digest !== DIGEST) throw new Error(`${binary} is another build of Kubernetes: ${digest}`);
    for (const name of parts) if (name !== 'etcd') linkSync(file, join(directory, 'bin', name));
    installProgram(join(directory, 'cloudabi-oci'), join(root, 'dist/bin/cloudabi-oci.js'));
    makeImageRoot(join(directory, 'image'), hostProgram('busybox') ?? '');
    const env = ['PATH=/bin'];
    writeImage(join(directory, 'image.tar'), NODE_IMAGE, join(directory, 'image'), {
      Cmd: ['/bin/sh'],
      Env: env,
    });
    const pause = { Cmd: ['/bin/sleep', '1000000'], Env: env };
    writeImage(join(directory, 'pause.tar'), 'localhost/pause:1', join(directory, 'image'), pause);
    for (const [index, { name, fill }] of this.#options.images.entries()) {
      const folder = join(directory, `image-${index}`);
      mkdirSync(folder);
      fill(folder);
      writeImage(`${folder}.tar`, name, folder, { Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'] });
    }
    const several = this.#options.nodes === 2;
    for (const node of ['', '2'] as const) {
      writeFileSync(join(directory, `containerd${node}.toml`), containerdConfig(directory, node, several));
      writeFileSync(join(directory, `kubelet${node}.yaml`), kubeletConfig(directory, node, several));
      writeFileSync(
        join(directory, `cni${node}/net.conflist`),
        JSON.stringify(networkConfig(directory, node)),
      );
      writeFileSync(
        join(directory, `proxy${node}.yaml`),
        proxyConfig(directory, node === '' ? 'node1' : 'node2'),
      );
    }
    writeFileSync(join(directory, 'dns.cjs'), DNS_SERVER);
    writeFileSync(join(directory, 'node2.sh'), secondNodeScript(directory, this.#hiding('run2')));
    writeFileSync(join(directory, 'pki/make.sh'), keys(directory));
    const made = spawnSync('bash', [join(directory, 'pki/make.sh')], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(made.stderr);
  }

  /** Commands that put files of ours over settings of the machine. */
  #hiding(folder: string): readonly string[] {
    const at = join(this.directory, folder);
    return Object.entries(settings).map(
      ([name, value], index) =>
        `echo ${value} > ${at}/s${index}; mount --bind ${at}/s${index} /proc/sys/${name}`,
    );
  }

  /** The script that is the node: it starts every part, and ends when one of them ends. */
  #script(): string {
    const at = this.directory;
    const pki = `${at}/pki`;
    const hide = this.#hiding('run');
    const several = this.#options.nodes === 2;
    const start = (name: string, ...options: readonly string[]): string =>
      `${name} ${options.join(' ')} > ${at}/log/${name} 2>&1 &`;
    const config = (name: string) => [
      `--kubeconfig=${pki}/${name}.kubeconfig`,
      `--authentication-kubeconfig=${pki}/${name}.kubeconfig`,
      `--authorization-kubeconfig=${pki}/${name}.kubeconfig`,
      `--cert-dir=${at}/run/${name}`,
      '--leader-elect=false',
    ];
    return `set -e; cd ${at}; PATH=${at}/bin:$PATH
mount --make-rshared /
mount -t tmpfs tmpfs /run; mkdir /run/netns
${hide.join('\n')}
ip link set lo up; ip link add k0 type bridge; ip addr add 10.250.0.1/24 dev k0; ip link set k0 up; ip route add default dev k0
echo 1 > /proc/sys/net/ipv4/ip_forward
set +e
${several ? joinScript(at) : ''}
${start('etcd', `--data-dir ${at}/etcd`, '--unsafe-no-fsync', '--log-level warn', ...etcdAddresses)}
${start('containerd', `-c ${at}/containerd.toml`)}
${start(
  'kube-apiserver',
  '--etcd-servers=http://127.0.0.1:2379 --advertise-address=10.250.0.1 --secure-port=6443',
  '--service-cluster-ip-range=10.96.0.0/16 --service-account-issuer=https://kubernetes.default.svc',
  `--service-account-key-file=${pki}/sa.pub --service-account-signing-key-file=${pki}/sa.key`,
  `--client-ca-file=${pki}/ca.crt --tls-cert-file=${pki}/apiserver.crt --tls-private-key-file=${pki}/apiserver.key`,
  `--kubelet-client-certificate=${pki}/admin.crt --kubelet-client-key=${pki}/admin.key`,
  `--kubelet-certificate-authority=${pki}/ca.crt --kubelet-preferred-address-types=InternalIP`,
  `--authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --cert-dir=${at}/run/apiserver`,
)}
export KUBECONFIG=${pki}/admin.kubeconfig
until kubectl get --raw /readyz > /dev/null 2>&1; do sleep 0.2; done; echo > ${at}/api
${several ? start('kube-proxy', `--config=${at}/proxy.yaml`) : ''}
${start(
  'kube-controller-manager',
  ...config('kcm'),
  `--service-account-private-key-file=${pki}/sa.key --root-ca-file=${pki}/ca.crt --use-service-account-credentials`,
)}
${start('kube-scheduler', ...config('sched'))}
${start(
  'kubelet',
  `--config=${at}/kubelet.yaml --kubeconfig=${pki}/kubelet.kubeconfig --hostname-override=node1`,
  `--node-ip=10.250.0.1 --root-dir=${at}/kubelet --cert-dir=${at}/run/kubelet`,
)}
for image in ${at}/*.tar; do ctr -a ${at}/run/containerd.sock -n k8s.io images import $image; done
until kubectl get node node1 > /dev/null 2>&1; do sleep 0.2; done
${several ? 'until kubectl get node node2 > /dev/null 2>&1; do sleep 0.2; done' : ''}
kubectl wait --for=condition=Ready node --all --timeout=300s
until kubectl get serviceaccount default > /dev/null 2>&1; do sleep 0.1; done
echo > ${at}/ready
wait -n
`;
  }
}

const etcdAddresses = [
  '--listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379',
  '--listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380',
  '--initial-cluster default=http://127.0.0.1:2380',
];

function containerdConfig(at: string, node: '' | '2', several: boolean): string {
  const cri = "[plugins.'io.containerd.grpc.v1.cri'";
  return `version = 2
root = '${at}/containerd${node}/root'
state = '${at}/containerd${node}/state'
[grpc]
  address = '${at}/run${node}/containerd.sock'
[ttrpc]
  address = '${at}/run${node}/containerd.ttrpc'
${cri}]
  sandbox_image = 'localhost/pause:1'
  restrict_oom_score_adj = true
  disable_apparmor = true
${cri}.cni]
  bin_dir = '/usr/lib/cni'
  conf_dir = '${at}/cni${node}'
${cri}.containerd]
  snapshotter = '${several ? 'overlayfs' : 'native'}'
${cri}.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'
${cri}.containerd.runtimes.cloudabi]
  runtime_type = 'io.containerd.runc.v2'
${cri}.containerd.runtimes.cloudabi.options]
  BinaryName = '${at}/cloudabi-oci'
`;
}

function kubeletConfig(at: string, node: '' | '2', several: boolean): string {
  return `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupRoot: /${node === '' ? '' : 'node2'}
containerRuntimeEndpoint: unix://${at}/run${node}/containerd.sock
failSwapOn: false
oomScoreAdj: 0
makeIPTablesUtilChains: false
authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: ${at}/pki/ca.crt } }
authorization: { mode: Webhook }
tlsCertFile: ${at}/pki/kubelet${node}.crt
tlsPrivateKeyFile: ${at}/pki/kubelet${node}.key
evictionHard: { memory.available: 100Mi }
resolvConf: /dev/null
${several ? 'clusterDNS: [10.250.0.1]\nclusterDomain: cluster.local' : ''}
podLogsDir: ${at}/podlogs${node}
volumePluginDir: ${at}/volplugins${node}
`;
}

function networkConfig(at: string, node: '' | '2'): unknown {
  const ipam = {
    type: 'host-local',
    dataDir: `${at}/cni-data${node}`,
    ranges: [[{ subnet: `10.244.${node === '' ? 0 : 1}.0/24` }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false, ipam };
  return { cniVersion: '1.0.0', name: 'test', plugins: [bridge] };
}

/** Makes a certificate authority and the certificates of all parts. */
function keys(at: string): string {
  const names = 'subjectAltName=IP:127.0.0.1,IP:10.250.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes';
  return `set -e; cd ${at}/pki
openssl ecparam -name prime256v1 -genkey -noout -out ca.key
openssl req -x509 -new -key ca.key -subj /CN=ca -days 30 -out ca.crt
make() {
  openssl ecparam -name prime256v1 -genkey -noout -out $1.key; openssl req -new -key $1.key -subj "$2" -out $1.csr
  printf '%s' "$3" > $1.ext
  openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out $1.crt -extfile $1.ext 2> /dev/null
}
make apiserver /CN=kube-apiserver '${names}'
make admin /O=system:masters/CN=admin
make kubelet /O=system:nodes/CN=system:node:node1 subjectAltName=IP:10.250.0.1,DNS:node1
make kubelet2 /O=system:nodes/CN=system:node:node2 subjectAltName=IP:10.250.0.2,DNS:node2
make proxy /CN=system:kube-proxy
make kcm /CN=system:kube-controller-manager
make sched /CN=system:kube-scheduler
openssl genrsa -out sa.key 2048 2> /dev/null; openssl rsa -in sa.key -pubout -out sa.pub 2> /dev/null
for user in admin kubelet kubelet2 proxy kcm sched; do
  case $user in kubelet2|proxy) server=10.250.0.1;; *) server=127.0.0.1;; esac
  cat > $user.kubeconfig << E
apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "https://$server:6443", certificate-authority: ${at}/pki/ca.crt } }]
users: [{ name: u, user: { client-certificate: ${at}/pki/$user.crt, client-key: ${at}/pki/$user.key } }]
contexts: [{ name: c, context: { cluster: c, user: u } }]
current-context: c
E
done
`;
}

/** Removes the kubelet's control groups, from the innermost outwards. */
function removeGroups(): void {
  // Those of another node look the same.
  if (spawnSync('pgrep', ['-x', 'kubelet']).status === 0) return;
  for (const hierarchy of readdirSync('/sys/fs/cgroup')) {
    const parents = ['kubepods', 'node2'].map((name) => `/sys/fs/cgroup/${hierarchy}/${name}`);
    const { stdout } = spawnSync('find', [...parents, '-depth', '-type', 'd'], {
      encoding: 'utf8',
    });
    for (const group of stdout.split('\n').filter(Boolean)) {
      try {
        rmdirSync(group);
      } catch {
        // A process in it is about to end.
      }
    }
  }
}
