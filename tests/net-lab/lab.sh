#!/bin/bash
# Homes behind NAT boxes and a public segment with coturn, each in a network namespace of its own. Touches no interface
# that is there already. Needs root, iproute2, nftables, conntrack and coturn; LAB names this lab (at most 6 letters).
#
#   hostA 10.1.0.2 -- natA 203.0.113.11 --+
#                                         +-- bridge, 203.0.113.1 in "pub": coturn on 3478, the relay on 7000
#   hostB 10.2.0.2 -- natB 203.0.113.12 --+
#   lanC 203.0.113.21, lanD 203.0.113.22 are on the bridge itself: two devices in one network
#
#   lab.sh up | down | exec HOST COMMAND…
#   lab.sh calm KIND KIND     both NAT boxes anew: cone or symmetric; no loss, nothing blocked
#   lab.sh block-udp          the NAT boxes let no UDP out
#   lab.sh loss PERCENT       of the UDP packets, in each direction of each NAT box
#   lab.sh coturn | kill-coturn
#   lab.sh mute               all that coturn sends gets lost on the way
#   lab.sh heard              how many packets from natA have come to natB, since it was calm
#   lab.sh turn-json          credentials, by the script in README
set -eu
P=${LAB:?}
SECRET=a-secret-of-this-lab
RUN=${TMPDIR:-/tmp}/$P-lab
HOSTS="pub natA natB hostA hostB lanC lanD"

ns() { ip netns exec "$P-$1" "${@:2}"; }

down() {
  local n pid
  for n in $HOSTS; do # only processes that live in our own namespaces
    for pid in $(ip netns pids "$P-$n" 2>/dev/null); do kill -9 "$pid" 2>/dev/null || true; done
    ip netns del "$P-$n" 2>/dev/null || true
  done
  rm -rf "$RUN"
}

# Unsolicited packets are dropped, as a home router does. Otherwise the other side's early packet would make an entry on
# the NAT box, and our own following one would get another port: punching would fail at random.
nat() { # $1 = A|B   $2 = cone|symmetric
  local ports=""
  [ "$2" = symmetric ] && ports="random,fully-random"
  ns "nat$1" nft -f - <<N
flush ruleset
table ip nat {
  chain post { type nat hook postrouting priority 100; oifname "wan" masquerade $ports; }
}
table ip filter {
  counter fromA { }
  chain count { type filter hook prerouting priority -300; ip saddr 203.0.113.11 counter name fromA; }
  chain input { type filter hook input priority 0; iifname "wan" ip protocol icmp accept; iifname "wan" ct state new drop; }
  chain forward { type filter hook forward priority 0; iifname "wan" ct state new drop; }
}
N
  ns "nat$1" conntrack -F 2>/dev/null || true
}

calm() {
  nat A "$1"
  nat B "$2"
  ns pub nft flush ruleset
}

home() { # $1 = A|B   $2 = its number
  ip link add "v${P}w$1" netns "$P-pub" type veth peer name wan netns "$P-nat$1"
  ns pub ip link set "v${P}w$1" master br0 up
  ns "nat$1" ip addr add "203.0.113.1$2/24" dev wan
  ns "nat$1" ip link set wan up
  ns "nat$1" ip route add default via 203.0.113.1
  ip link add lan netns "$P-nat$1" type veth peer name eth0 netns "$P-host$1"
  ns "nat$1" ip addr add "10.$2.0.1/24" dev lan
  ns "nat$1" ip link set lan up
  ns "nat$1" sysctl -qw net.ipv4.ip_forward=1
  ns "host$1" ip addr add "10.$2.0.2/24" dev eth0
  ns "host$1" ip link set eth0 up
  ns "host$1" ip route add default via "10.$2.0.1"
}

neighbour() { # $1 = C|D   $2 = its number
  ip link add "v${P}l$1" netns "$P-pub" type veth peer name eth0 netns "$P-lan$1"
  ns pub ip link set "v${P}l$1" master br0 up
  ns "lan$1" ip addr add "203.0.113.2$2/24" dev eth0
  ns "lan$1" ip link set eth0 up
  ns "lan$1" ip route add default via 203.0.113.1
}

up() {
  local n
  down
  mkdir -p "$RUN"
  for n in $HOSTS; do
    ip netns add "$P-$n"
    ns "$n" ip link set lo up
  done
  ns pub ip link add br0 type bridge
  ns pub ip link set br0 up
  ns pub ip addr add 203.0.113.1/24 dev br0
  home A 1
  home B 2
  neighbour C 1
  neighbour D 2
  calm cone cone
  coturn
  for n in hostA hostB lanC lanD; do # what Playwright starts in place of the browser
    printf '#!/bin/sh\nexec ip netns exec %s %s "$@"\n' "$P-$n" "${BROWSER:?}" >"$RUN/chromium-$n"
    chmod +x "$RUN/chromium-$n"
  done
}

coturn() {
  ns pub turnserver -n --log-file=/dev/null --pidfile="$RUN/coturn.pid" --listening-ip=203.0.113.1 --relay-ip=203.0.113.1 \
    --listening-port=3478 --min-port=49160 --max-port=49460 --realm=lab --fingerprint --use-auth-secret \
    --static-auth-secret=$SECRET --no-tls --no-dtls --no-cli --no-multicast-peers --no-stdout-log >"$RUN/coturn.log" 2>&1 &
  echo $! >"$RUN/coturn"
}

case ${1:-} in
  up) up ;;
  down) down ;;
  exec) shift; ns "$@" ;;
  calm) calm "$2" "$3" ;;
  block-udp) for n in A B; do ns nat$n nft add rule ip filter forward iifname lan meta l4proto udp drop; done ;;
  loss) for n in A B; do ns nat$n nft insert rule ip filter forward meta l4proto udp numgen random mod 100 "<" "$2" drop; done ;;
  coturn) coturn ;;
  kill-coturn) kill -9 "$(cat "$RUN/coturn")" ;;
  mute)
    ns pub nft -f - <<N
table ip mute {
  chain out { type filter hook output priority 0; meta l4proto { tcp, udp } th sport 3478 drop; udp sport 49160-49460 drop; }
}
N
    ;;
  heard) ns natB nft list counter ip filter fromA | sed -n 's/.*packets \([0-9]*\).*/\1/p' ;;
  turn-json)
    sed -n '/^#!\/bin\/sh/,/^```/p' README.md | sed '/^SECRET=/d; /^```/d' >"$RUN/sotto-turn"
    SECRET=$SECRET HOST=203.0.113.1 SITE=$RUN sh -eu "$RUN/sotto-turn"
    cat "$RUN/turn.json"
    ;;
  *) sed -n 2,20p "$0"; exit 2 ;;
esac
