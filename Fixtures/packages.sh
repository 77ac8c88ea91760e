# shellcheck shell=bash
# Sourced, not run: what the scripts need (Debian packages, Swift, a QEMU), and getting the packages that
# are missing.
#
#   need TASK...       notes what is missing for a task: build, record, demo, test, qemus, exactness,
#                      release
#   install_needed     installs it (root), or prints the one line that does (others)
#   need_to_build TASK...   both, for the tasks and a build; Swift is looked for first. What is built is told the commit
#   need_qemu TARGET   the QEMU that records a processor's programs, as the array `qemu`; stops when there
#                      is none that takes plugins
#
# COVTOOL_QEMU: as Tests/run has it.

missing_packages=()
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

stop() { # STATUS MESSAGE
    echo "$0: $2" >&2
    exit "$1"
}

need() {
    local task
    for task in "$@"; do
        case $task in
            build)
                # Swift's own libraries (`ldd` of its tools names them), a linker, C's headers.
                # g++ brings the C++ library of its number, which Swift's linking looks for.
                need_packages "to run Swift" binutils ca-certificates g++ git libc6-dev libcurl4 \
                    libncurses6 libsqlite3-0 libxml2 tzdata zlib1g
                need_packages "to build" libdw-dev libelf-dev libiberty-dev zlib1g-dev
                ;;
            record)
                need_packages "to look into programs" binutils
                # Another QEMU, or one of one's own that is first on the PATH, will do as well.
                [[ ${COVTOOL_QEMU:-} ]] || type -P qemu-x86_64 >/dev/null ||
                    need_packages "to run guests" qemu-user
                ;;
            demo) need_packages "to build the demo's guest" g++ gcc ;;
            qemus)
                need_packages "to build QEMU and get its packages" debian-archive-keyring \
                    debootstrap dpkg-dev gcc libc6-dev libglib2.0-dev ninja-build pkg-config \
                    python3-venv zlib1g-dev
                ;;
            release)
                need_packages "to make and look at a release" debian-archive-keyring dpkg-dev lintian python3-venv \
                    xz-utils
                ;;
            exactness)
                need_packages "to get and build the programs that are compared" \
                    debian-archive-keyring dpkg-dev g++ gcc make python3 tcl
                ;;
            test)
                need_packages "to build the tests' guests" g++ gcc \
                    g++-aarch64-linux-gnu gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
                    g++-arm-linux-gnueabihf gcc-arm-linux-gnueabihf libc6-dev-armhf-cross \
                    g++-riscv64-linux-gnu gcc-riscv64-linux-gnu libc6-dev-riscv64-cross \
                    g++-s390x-linux-gnu gcc-s390x-linux-gnu libc6-dev-s390x-cross \
                    libc6-i386
                need_packages "to test" bash coreutils debian-archive-keyring debootstrap elfutils \
                    findutils fish gdb gdb-multiarch gzip lcov libarchive13 make mandoc perl-base python3 python3-jsonschema \
                    python3-venv strace xz-utils zsh
                # It brings libcapstone4 or libcapstone5.
                need_packages "to test what shows instructions" python3-capstone
                need_packages "to read reports as services do" cmark-gfm diff-cover libxml2-utils
                need_packages "to run an array job" munge slurm-client slurmctld slurmd
                # clang, lld and llvm are those of the Debian release, whatever their number.
                need_packages "to build guests with debug information in all its forms" \
                    clang debuginfod dwz gdc libclang-rt-dev lld llvm mold patchelf rustc
                need_packages "to build QEMU's own plugin" dpkg-dev libglib2.0-dev pkg-config
                ;;
        esac
    done
}

need_packages() { # WHAT-FOR PACKAGE...
    local why=$1 package installed found=()
    shift
    if ! command -v dpkg-query >/dev/null; then
        echo "$0: this is no Debian (no dpkg-query). It cannot be checked that these Debian" \
            "packages, or your system's like, are there $why: $*" >&2
        return
    fi
    installed=$'\n'$(installed_packages)$'\n'
    for package in "$@"; do
        [[ $installed == *$'\n'"$package"$'\n'* ]] || found+=("$package")
    done
    if ((${#found[@]})); then
        echo "$0: missing $why: ${found[*]}" >&2
    fi
    for package in "${found[@]}"; do
        [[ " ${missing_packages[*]} " == *" $package "* ]] || missing_packages+=("$package")
    done
}

# A line for each package, and for each other name that it goes by: Debian 13's libcurl4t64 is libcurl4.
installed_packages() {
    dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' |
        sed -n 's/^installed //; T; s/ *([^)]*)//g; s/, */\n/gp'
}

install_needed() {
    ((${#missing_packages[@]})) || return 0
    local install=(apt-get install --yes --no-install-recommends "${missing_packages[@]}")
    if ! command -v apt-get >/dev/null; then
        stop 1 "there is no apt-get here; install them in your system's way."
    fi
    if ((EUID != 0)); then
        echo "$0: install them with this line, then run this again:" >&2
        echo "sudo apt-get update && sudo ${install[*]}" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    echo "$0: installing them from Debian" >&2
    # The lists may be too old, or not be there at all. Without them apt may have all it needs yet.
    apt-get update >&2 || echo "$0: apt-get could not fetch its lists (see above)." >&2
    "${install[@]}" >&2 || stop 1 "apt-get could not install them (see above)."
    missing_packages=()
}

need_to_build() { # TASK...
    # Nothing is installed for a build that will not be. Where libraries are missing that Swift itself
    # needs, its version is seen afterwards.
    type -P swift >/dev/null || stop 1 "there is no swift on the PATH; Swift 6.3 or later is\
 needed (https://www.swift.org/install/linux)."
    [[ ! $(swift_version) ]] || need_swift
    need build "$@"
    install_needed
    need_swift
    COVTOOL_COMMIT=$(checked_out)
    export COVTOOL_COMMIT
}

checked_out() { # the commit; empty outside of a clone
    git -C "$repository" describe --always --abbrev=12 --exclude '*' --dirty=-changed 2>/dev/null || true
}

swift_version() {
    swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p'
}

need_swift() {
    local version
    version=$(swift_version)
    if [[ ! $version =~ ^([0-9]+)\.([0-9]+)$ ]] ||
        ((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2] < 6003)); then
        stop 1 "$(type -P swift) is version ${version:-unknown}; 6.3 or later is needed\
 (https://www.swift.org/install/linux)."
    fi
}

need_qemu() { # TARGET
    local command said
    if [[ ${COVTOOL_QEMU:-} ]]; then
        said=$("$repository/Tests/Scripts/qemus" --list "$COVTOOL_QEMU") || exit
        IFS=$'\t' read -r _ _ command said <<<"$said"
        [[ $command != - ]] ||
            stop 1 "$COVTOOL_QEMU is not prepared ($said): Tests/Scripts/qemus $COVTOOL_QEMU does that."
        read -ra qemu <<<"${command//TARGET/$1}"
    else
        qemu=("qemu-$1")
        type -P "${qemu[0]}" >/dev/null || stop 1 "there is no ${qemu[0]} on the PATH."
    fi
    # Its help names the option only where it was built with plugins.
    [[ $("${qemu[@]}" -h) == *$'\n'-plugin* ]] || stop 1 "$(type -P "${qemu[0]}") takes no plugins (Debian 13's\
 qemu-user is static). Build one that does, by 'Tests/Scripts/qemus user-10.2' (a quarter of an hour), and run\
 'COVTOOL_QEMU=user-10.2 $0'; or put one that was configured with --enable-plugins first on the PATH."
}
