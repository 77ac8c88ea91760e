# shellcheck shell=bash
# Sourced, not run: the QEMUs that the tests know, where they are kept, how each is run.
#
# A column is a kind and a release: user-7.2 is user-mode emulation by a QEMU 7.2.

cache=${COVTOOL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/covtool}
columns=(user-7.2 user-10.2 user-11.1 system-8.2 system-10.0 system-11.1)

# The processors that a column's QEMU is wanted for, as the array `targets`.
column_targets() { # COLUMN
    case $1 in
        user-*) targets=(i386 aarch64 arm riscv64 s390x x86_64) ;;
        system-8.2) targets=(x86_64) ;; # of a Python package, which has no other
        system-*) targets=(aarch64 riscv64 x86_64) ;;
    esac
}

# The plugin API of a column's release: what a plugin for it exports as qemu_plugin_version.
column_api() { # COLUMN
    case $1 in
        *-7.2 | *-8.2) echo 1 ;;
        *-10.0) echo 4 ;;
        *-10.2) echo 5 ;;
        *-11.1) echo 7 ;;
        *) return 1 ;;
    esac
}

# The command that runs a column's QEMU for a target, as the array `qemu`.
column_qemu() { # COLUMN TARGET
    local root=$cache/$1
    case $1 in
        user-7.2) qemu=("/usr/bin/qemu-$2") ;;
        user-10.2 | user-11.1) qemu=("$root/bin/qemu-$2") ;;
        system-8.2) # its libraries are beside it, but for the C library, which 11.1's root has
            qemu=(env "QEMU_MODULE_DIR=$root/bin/lib/qemu" "$tests/QEMUs/inside" "$cache/system-11.1"
                "$root/bin/qemu-system-$2" -L "$root/bin/share/qemu" -audio none)
            ;;
        system-10.0) # unpacked, not installed: its libraries and firmware are beside it
            qemu=(env "LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu"
                "$root/usr/bin/qemu-system-$2" -L "$root/usr/share/qemu" -L "$root/usr/share/seabios"
                -L "$root/usr/lib/ipxe/qemu")
            ;;
        system-11.1) qemu=("$tests/QEMUs/inside" "$root" "qemu-system-$2") ;;
        *) return 1 ;;
    esac
}
