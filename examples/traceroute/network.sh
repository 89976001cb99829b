#!/bin/sh
# Makes a network of namespaces: this one, two routers, and a host; then runs a command in this one.
# It wants a network namespace of its own: unshare -n sh network.sh COMMAND…
set -e
ip link set lo up
pids=
trap 'kill $pids' EXIT
begin() {
  unshare -n sleep 1000 </dev/null >/dev/null 2>&1 &
  pids="$pids $!"
  started=$!
  while [ "$(readlink /proc/$started/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
}
within() { pid=$1; shift; nsenter -t "$pid" -n "$@"; }
begin; one=$started
begin; two=$started
begin; host=$started
ip link add east type veth peer name west netns "$one"
within "$one" ip link add east type veth peer name west netns "$two"
within "$two" ip link add east type veth peer name west netns "$host"
ip addr add 198.51.100.1/30 dev east; ip link set east up; ip route add default via 198.51.100.2
for pid in "$one" "$two"; do within "$pid" sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward; ip link set lo up'; done
within "$one" sh -c 'ip addr add 198.51.100.2/30 dev west; ip addr add 198.51.100.5/30 dev east
  ip link set west up; ip link set east up; ip route add default via 198.51.100.6'
within "$two" sh -c 'ip addr add 198.51.100.6/30 dev west; ip addr add 192.0.2.1/24 dev east
  ip link set west up; ip link set east up; ip route add 198.51.100.0/24 via 198.51.100.5'
within "$host" sh -c 'ip addr add 192.0.2.2/24 dev west; ip link set lo up; ip link set west up; ip route add default via 192.0.2.1'
"$@"
