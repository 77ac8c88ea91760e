# shellcheck shell=bash
# Sourced, not run: bare Debians, what is in them, and running commands there as one of their users.
# `debian` is the release (11, 12, 13 or sid), `user` who types (root or user), `folder` the root of the one in use.

# shellcheck source=Tests/QEMUs/columns.sh
source "$tests/QEMUs/columns.sh"
# shellcheck source=Tests/QEMUs/apt.sh
source "$tests/QEMUs/apt.sh"

kept=$cache/newcomer # the bare Debians, so that each is fetched once
home=/root clone=

as_root() { # COMMAND
    chroot "$folder" env -i HOME=/root TERM=dumb LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PATH=/opt/swift/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        bash -c "cd && $1" </dev/null
}

as_user() { # COMMAND
    if [[ $user == root ]]; then
        as_root "$1"
    else
        chroot --userspec=newcomer:newcomer "$folder" env -i HOME=/home/newcomer TERM=dumb LANG=C.UTF-8 \
            PATH=/opt/swift/usr/bin:/usr/local/bin:/usr/bin:/bin bash -c "cd && $1" </dev/null
    fi
}

make_folder() { # a copy of the bare Debian, ready to be used
    local bare=$kept/debian-$debian suite
    case $debian in
        11) suite=bullseye ;;
        12) suite=bookworm ;;
        13) suite=trixie ;;
        *) suite=$debian ;;
    esac
    if [[ ! -d $bare ]]; then
        type -P debootstrap >/dev/null || {
            echo "debootstrap is not installed"
            return 1
        }
        rm -rf "$bare.part"
        debootstrap --variant=minbase --keyring="$keyring" "$suite" "$bare.part" "$mirror" || return
        rm -rf "$bare.part"/var/cache/apt/archives/*.deb "$bare.part"/var/lib/apt/lists/*_dists_*
        mv "$bare.part" "$bare"
    fi
    /usr/lib/apt/apt-helper download-file "$mirror/dists/$suite/Release" "$place/Release" || return
    cp -a "$bare" "$folder"
    # A root that is no mount has no mount namespaces of its own (unshare -m), which tests make.
    mount --bind "$folder" "$folder"
    take_over_network
    mount -t proc proc "$folder/proc"
    mount -t sysfs -o ro sys "$folder/sys"
    make_devices
    if [[ $user != root ]]; then
        as_root 'useradd --create-home --shell /bin/bash newcomer'
        home=/home/newcomer
    else
        home=/root
    fi
}

# This machine's own ways out: names, certificates, apt's and Python's settings for them.
take_over_network() {
    local file
    apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-Valid-Until) ' \
        >"$folder/etc/apt/apt.conf.d/90this-machine" || true
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf; do
        [[ ! -e $file ]] || cp -L "$file" "$folder$file"
    done
    if [[ -d /usr/local/share/ca-certificates ]]; then
        mkdir -p "$folder/usr/local/share"
        cp -a /usr/local/share/ca-certificates "$folder/usr/local/share/"
    fi
}

# Devices of its own: what is tried there as root cannot hurt this machine's.
make_devices() {
    local dev=$folder/dev name
    mount -t tmpfs -o mode=755 dev "$dev"
    for name in null zero full random urandom tty; do
        cp -a "/dev/$name" "$dev/$name"
    done
    mkdir "$dev"/{pts,shm}
    mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts "$dev/pts"
    mount -t tmpfs -o mode=1777 shm "$dev/shm"
    ln -s pts/ptmx "$dev/ptmx"
    ln -s /proc/self/fd "$dev/fd"
    ln -s /proc/self/fd/0 "$dev/stdin"
    ln -s /proc/self/fd/1 "$dev/stdout"
    ln -s /proc/self/fd/2 "$dev/stderr"
}

add_swift_and_clone() {
    local toolchain address base
    # The compiler itself says where it is, whatever stands on the PATH for it.
    toolchain=$(swift -print-target-info | sed -n 's|.*"runtimeResourcePath" *: *"\(.*\)/lib/swift".*|\1|p')
    mkdir -p "$folder/opt/swift/usr"
    mount --bind "$toolchain" "$folder/opt/swift/usr"
    mount -o remount,bind,ro "$folder/opt/swift/usr"
    # Where git takes addresses from folders of this machine, it does so there.
    while read -r base address; do
        base=${base#url.} base=${base%.insteadof}
        printf '[url "%s"]\n\tinsteadOf = %s\n' "$base" "$address" >>"$folder/etc/gitconfig"
        if [[ -d $base && ! -d $folder$base ]]; then
            mkdir -p "$folder$base"
            mount --bind -o ro "$base" "$folder$base"
        fi
    done < <(git config --get-regexp '^url\..*\.insteadof$')
    # These folders are not the user's own, which git asks about.
    [[ ! -e $folder/etc/gitconfig ]] || printf '[safe]\n\tdirectory = *\n' >>"$folder/etc/gitconfig"
    clone=$folder$home/covtool
    git -c safe.directory='*' clone --quiet --no-local "$root" "$clone"
    [[ $user == root ]] || as_root 'chown -R newcomer: /home/newcomer/covtool'
}

# QEMU 10.2 as Tests/Scripts/qemus builds it in the folder with the clone; kept for the others.
build_qemu() {
    local built=$kept/qemu-$debian
    [[ ! -d $built ]] || return 0
    as_root "$(printf 'cd %q && Tests/Scripts/qemus --strict user-10.2' "${clone#"$folder"}")" || {
        cat "$folder"/root/.cache/covtool/logs/user-10.2
        return 1
    }
    mkdir -p "$built.part"
    cp -a "$folder/root/.cache/covtool/user-10.2" "$built.part/"
    mv "$built.part" "$built"
}

add_qemu() {
    as_root 'apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev libdw1 libglib2.0-0' ||
        return
    mkdir -p "$folder$home/.cache/covtool"
    cp -a "$kept/qemu-$debian/user-10.2" "$folder$home/.cache/covtool/"
    ln -sf "$home/.cache/covtool/user-10.2/bin/qemu-x86_64" "$folder/usr/local/bin/qemu-x86_64"
    [[ $user == root ]] || as_root 'chown -R newcomer: /home/newcomer/.cache'
}
