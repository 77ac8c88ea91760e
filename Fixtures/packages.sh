# shellcheck shell=bash
# Sourced, not run: which Debian packages the scripts need, and getting those that are missing.
#
#   need TASK...       notes what is missing for a task: build, record, demo, test, qemus
#   install_needed     installs it (root), or prints the one line that does (others)
#   need_swift         stops when there is no Swift that is new enough

missing_packages=()

need() {
    local task
    for task in "$@"; do
        case $task in
            build)
                # Swift's own libraries (`ldd` of its tools names them), a linker, C's headers.
                need_packages "to run Swift" binutils ca-certificates gcc git libc6-dev libcurl4 \
                    libncurses6 libsqlite3-0 libstdc++-12-dev libxml2 tzdata zlib1g
                need_packages "to build" libdw-dev libelf-dev libiberty-dev zlib1g-dev
                ;;
            record) need_packages "to run guests" qemu-user binutils ;;
            demo) need_packages "to build the demo's guest, and for genhtml" g++ gcc lcov ;;
            qemus)
                need_packages "to build QEMU and get its packages" debian-archive-keyring \
                    debootstrap dpkg-dev gcc libc6-dev libglib2.0-dev ninja-build pkg-config \
                    python3-venv zlib1g-dev
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
                    g++-s390x-linux-gnu gcc-s390x-linux-gnu libc6-dev-s390x-cross
                need_packages "to test" bash coreutils elfutils findutils fish gdb gzip lcov mandoc \
                    perl-base python3 python3-jsonschema xz-utils zsh
                need_packages "to build guests with debug information in all its forms" \
                    clang-14 debuginfod dwz llvm-14 rustc
                ;;
        esac
    done
}

need_packages() { # WHAT-FOR PACKAGE...
    local why=$1 package found=()
    shift
    if ! command -v dpkg-query >/dev/null; then
        echo "$0: this is no Debian (no dpkg-query). It cannot be checked that these Debian" \
            "packages, or your system's like, are there $why: $*" >&2
        return
    fi
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed* ]] &&
            continue
        found+=("$package")
    done
    if ((${#found[@]})); then
        echo "$0: missing $why: ${found[*]}" >&2
        missing_packages+=("${found[@]}")
    fi
}

install_needed() {
    ((${#missing_packages[@]})) || return 0
    local install=(apt-get install --yes --no-install-recommends "${missing_packages[@]}")
    if ! command -v apt-get >/dev/null; then
        echo "$0: there is no apt-get here; install them in your system's way." >&2
        exit 1
    fi
    if ((EUID != 0)); then
        echo "$0: install them with this line, then run this again:" >&2
        echo "sudo apt-get update && sudo ${install[*]}" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    echo "$0: installing them from Debian" >&2
    # The lists may be too old, or not be there at all: then they are fetched, once.
    "${install[@]}" >&2 || { apt-get update >&2 && "${install[@]}" >&2; } || {
        echo "$0: apt-get could not install them (see above)." >&2
        exit 1
    }
    missing_packages=()
}

need_swift() {
    local version
    if ! command -v swift >/dev/null; then
        echo "$0: there is no swift on the PATH; Swift 6.3 or later is needed" \
            "(https://www.swift.org/install/linux)." >&2
        exit 1
    fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
    if [[ ! $version =~ ^([0-9]+)\.([0-9]+)$ ]] ||
        ((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2] < 6003)); then
        echo "$0: $(command -v swift) is version ${version:-unknown}; 6.3 or later is needed." >&2
        exit 1
    fi
}
