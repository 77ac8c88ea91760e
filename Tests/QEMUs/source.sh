# shellcheck shell=bash
# Sourced, not run, behind apt.sh: QEMU's source, of whichever of Debian's releases has it.

# The source is unpacked to the folder. Where KEPT is given, the files of the source package go there. The exit status is
# 69 where it could not be fetched.
get_source() { # RELEASE FOLDER [KEPT]
    local suite version lines=()
    for suite in sid trixie-backports trixie bookworm; do
        lines+=("deb-src [signed-by=$keyring] $mirror $suite main")
    done
    # A release that cannot be had, or whose lists are out of date, matters only if no other has it.
    private_apt source "${lines[@]}" || true
    compgen -G "$apt_folder/lists/*_dists_*" >/dev/null || unreachable
    version=$(apt-cache "${apt_options[@]}" madison qemu | tr -d ' ' | cut -d '|' -f 2 |
        grep "^1:${1//./\\.}[.+]" | sort -uV | tail -n 1) || {
        echo "Debian has no source of QEMU $1 any more"
        return 1
    }
    rm -rf "$2.part"
    mkdir -p "$2.part"
    (cd "$2.part" && apt-get "${apt_options[@]}" source --only-source --download-only "qemu=$version") ||
        unreachable
    (cd "$2.part" && dpkg-source -x qemu_*.dsc)
    rm -rf "$2"
    mv "$2.part"/qemu-*/ "$2"
    if [[ ${3:-} ]]; then
        mkdir -p "$3"
        find "$2.part" -maxdepth 1 -type f -exec mv -t "$3" {} +
    fi
    rm -rf "$2.part"
}

unreachable() {
    echo "the Debian mirror cannot be reached"
    exit 69
}
