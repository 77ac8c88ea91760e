# shellcheck shell=bash
# Sourced, not run, behind columns.sh: an apt of its own, on lists and a state below the cache. The
# machine's own package configuration and packages stay as they are.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# shellcheck source=/dev/null
codename=$(source /etc/os-release && echo "$VERSION_CODENAME")
# The mirror that this machine has its own packages from.
mirror=$(apt-get -o Debug::NoLocking=1 update --print-uris |
    sed -n "s|^'\(.*\)/dists/$codename/InRelease'.*|\1|p" | sed -n 1p)
[[ $mirror ]] || {
    echo "apt knows no mirror of $codename on this machine"
    exit 1
}

private_apt() { # WHAT SOURCES-LINE...: an apt of its own name, whose lists are then fetched
    apt_folder=$cache/apt/$1
    shift
    mkdir -p "$apt_folder"/{lists,archives}/partial
    printf '%s\n' "$@" >"$apt_folder/sources.list"
    apt_options+=(-o "Dir::Etc::SourceList=$apt_folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$apt_folder/lists" -o "Dir::Cache=$apt_folder" -o Debug::NoLocking=1
        -o "APT::Sandbox::User=$(id -un)" -o APT::Get::List-Cleanup=false)
    apt-get "${apt_options[@]}" update
}
