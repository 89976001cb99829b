/*
 * The parts of a cluster of two nodes besides the first: a second node in network and mount namespaces of its own, joined by a
 * pair of virtual devices, names of Services (DNS), and the addresses of Services (kube-proxy).
 */

/** The addresses of the nodes. */
export const NODE_ADDRESSES = ['10.250.0.1', '10.250.0.2'] as const;

/** The script of the second node. The first has made the device `eth0` in its network namespace. */
export function secondNodeScript(at: string, hide: readonly string[]): string {
  return `cd ${at}; PATH=${at}/bin:$PATH
mount --make-rprivate /; mount --make-rshared /
mount -t tmpfs tmpfs /run; mkdir /run/netns
${hide.join('\n')}
until ip link show eth0 > /dev/null 2>&1; do sleep 0.05; done
ip link set lo up; ip addr add 10.250.0.2/24 dev eth0; ip link set eth0 up
ip route add default via 10.250.0.1; echo 1 > /proc/sys/net/ipv4/ip_forward
for group in /sys/fs/cgroup/*/; do mkdir -p $group/node2; done
for key in cpuset.cpus cpuset.mems; do cat /sys/fs/cgroup/cpuset/$key > /sys/fs/cgroup/cpuset/node2/$key; done
containerd -c ${at}/containerd2.toml > ${at}/log/containerd2 2>&1 &
until [ -S ${at}/run2/containerd.sock ]; do sleep 0.1; done
for image in ${at}/*.tar; do ctr -a ${at}/run2/containerd.sock -n k8s.io images import $image; done
until [ -e ${at}/api ]; do sleep 0.2; done
kube-proxy --config=${at}/proxy2.yaml > ${at}/log/proxy2 2>&1 &
kubelet --config=${at}/kubelet2.yaml --kubeconfig=${at}/pki/kubelet2.kubeconfig --hostname-override=node2 \\
  --node-ip=10.250.0.2 --root-dir=${at}/kubelet2 --cert-dir=${at}/run2/kubelet > ${at}/log/kubelet2 2>&1 &
wait
`;
}

/** Joins the second node to the bridge of the first, where this script runs. */
export function joinScript(at: string): string {
  return `unshare --net --mount bash ${at}/node2.sh > ${at}/log/node2 2>&1 & second=$!
echo $second > ${at}/second
until [ "$(readlink /proc/$second/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
ip link add veth2 type veth peer name eth0 netns $second; ip link set veth2 master k0 up
ip route add 10.244.1.0/24 via 10.250.0.2
node ${at}/dns.cjs ${at}/pki > ${at}/log/dns 2>&1 &
`;
}

/** The configuration of kube-proxy. */
export function proxyConfig(at: string, node: string): string {
  return `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clientConnection: { kubeconfig: ${at}/pki/proxy.kubeconfig }
clusterCIDR: 10.244.0.0/16
hostnameOverride: ${node}
healthzBindAddress: ""
metricsBindAddress: 127.0.0.1:10249
conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s }
`;
}

/** Answers for `SERVICE.NAMESPACE.svc.cluster.local` with the addresses of its ready pods; there is nothing else. */
export const DNS_SERVER = `const { createSocket } = require('node:dgram');
const { readFileSync } = require('node:fs');
const { get, Agent } = require('node:https');
const pki = process.argv[2];
const read = (name) => readFileSync(pki + '/' + name);
const agent = new Agent({ keepAlive: true, ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') });
const ask = (path) => new Promise((resolve) => {
  get({ host: '127.0.0.1', port: 6443, path, agent }, async (answer) => {
    let text = '';
    for await (const chunk of answer) text += chunk;
    resolve(JSON.parse(text));
  }).on('error', () => resolve({}));
});
const addressesOf = async (name) => {
  const [service, namespace, ...rest] = name.split('.');
  if (rest.join('.') !== 'svc.cluster.local') return undefined;
  const path = '/apis/discovery.k8s.io/v1/namespaces/' + namespace + '/endpointslices?labelSelector=kubernetes.io/service-name%3D' + service;
  const { items = [] } = await ask(path);
  if (items.length === 0) return undefined;
  return items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready).flatMap(({ addresses }) => addresses);
};
const socket = createSocket('udp4');
socket.on('message', async (query, { port, address }) => {
  const labels = [];
  let at = 12;
  for (let length; (length = query[at++]) > 0; at += length) labels.push(query.toString('latin1', at, at + length));
  const end = at + 4;
  const found = await addressesOf(labels.join('.').toLowerCase());
  const list = query.readUInt16BE(at) === 1 ? (found ?? []) : [];
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(found === undefined ? 0x8583 : 0x8580, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(list.length, 6);
  const answers = list.map((one) => Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...one.split('.').map(Number)]));
  socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), port, address);
}).bind(53, '10.250.0.1');
`;
