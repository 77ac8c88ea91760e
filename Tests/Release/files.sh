# shellcheck shell=bash
# Sourced, not run: making a release's files of a folder, the same bytes each time. `here` is Tests/Release.

# The folder gets what a package has besides its files; the package is FOLDER.deb. The rest of the control file, from
# behind Depends, is read from standard input.
debian_package() { # FOLDER NAME VERSION DEPENDS
    local folder=$1 name=$2 version=$3 depends=$4 documents=$1/usr/share/doc/$2
    mkdir -p "$folder/DEBIAN" "$documents"
    debian_changelog "$name" "$version" | gzip -9 -n >"$documents/changelog.gz"
    find "$folder/usr/share/man" -type f -exec gzip -9 -n {} + 2>/dev/null || true
    if [[ -e $here/$name.overrides ]]; then
        mkdir -p "$folder/usr/share/lintian/overrides"
        cp "$here/$name.overrides" "$folder/usr/share/lintian/overrides/$name"
    fi
    find "$folder" -type d -exec chmod 755 {} +
    find "$folder/usr" -type f ! -path '*/bin/*' -exec chmod 644 {} +
    (cd "$folder" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$folder/DEBIAN/md5sums"
    {
        cat <<END
Package: $name
Version: $version
Architecture: amd64
Maintainer: $(debian_maintainer)
Installed-Size: $(debian_size "$folder")
Section: devel
Priority: optional
Depends: $depends
END
        cat
    } >"$folder/DEBIAN/control"
    # It takes the times of the files from SOURCE_DATE_EPOCH where they are newer.
    find "$folder" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz --build "$folder" "$folder.deb" >/dev/null
}

debian_maintainer() {
    echo "${COVTOOL_MAINTAINER:-The maintainers of covtool <covtool@packages.invalid>}"
}

# In KiB, each file and folder by itself, as Debian's policy wants it: not what this file system takes for them.
debian_size() { # FOLDER
    find "$1/usr" -printf '%y %s\n' | awk '{ sum += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print sum }'
}

debian_changelog() { # NAME VERSION
    cat <<END
$1 ($2) unstable; urgency=medium

  * Release $2; CHANGELOG.md says what changed.

 -- $(debian_maintainer)  $(LC_ALL=C date --utc --date="@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %H:%M:%S +0000')
END
}

# The newest version of a library's symbols that is needed: 2.31, say.
newest_glibc() { # FILE...
    objdump -T "$@" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1 | cut -d _ -f 2
}

# Without entries for folders: those that are there where it is unpacked, /usr/local's say, stay as they are.
tarball() { # FOLDER FILE
    (cd "$(dirname "$1")" && find "$(basename "$1")" ! -type d -print0) | LC_ALL=C sort -z |
        tar --create -C "$(dirname "$1")" --null --files-from=- --format=ustar --owner=0 --group=0 --numeric-owner \
            --mtime="@$SOURCE_DATE_EPOCH" --mode=u=rwX,go=rX | gzip -9 -n >"$2"
}
