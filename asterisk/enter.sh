#!/bin/sh
# Become the Asterisk of one node: NODE's folders over Debian's standard paths of the shared
# read-only ROOT, seen by this process only, then Asterisk as user UID:GID with no capability.
#
#   unshare --mount --propagation private enter.sh ROOT NODE UID GID [asterisk's arguments]
#
# Every step is an exec, so Asterisk keeps the process id; its mounts end with it.
set -eu
root=$1 node=$2 uid=$3 gid=$4
shift 4

if [ "$root" = / ]; then
    # The machine's own Asterisk: a view of the whole machine in which only our mounts differ.
    root=$node/machine
    mkdir -p "$root"
    mount --rbind / "$root"
else
    mount --bind "$root" "$root"
    mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
fi
mount -o remount,bind,ro "$root"

mount -t tmpfs -o mode=0755,nosuid,noexec,size=64k dev "$root/dev"
for device in null zero full random urandom; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t tmpfs -o mode=1777,nosuid,nodev,noexec,size=256m tmp "$root/tmp"

while read -r name place; do
    mount --bind "$node/$name" "$root$place"
    mount -o remount,bind,nosuid,nodev,noexec "$root$place"
done <<END
etc /etc/asterisk
lib /var/lib/asterisk
log /var/log/asterisk
spool /var/spool/asterisk
run /run/asterisk
hosts /etc/hosts
END
for file in /etc/resolv.conf /etc/localtime; do
    [ ! -e "$file" ] || [ "$root" = "$node/machine" ] || mount --bind "$file" "$root$file"
done

ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -H -n)"
cd /
exec chroot "$root" setpriv --reuid "$uid" --regid "$gid" --clear-groups \
    --inh-caps=-all --ambient-caps=-all --bounding-set=-all --no-new-privs \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/var/lib/asterisk LANG=C.UTF-8 \
    asterisk -f "$@"
