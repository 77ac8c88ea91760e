// Reads every line row of an ELF file by libdw, and nothing else: what a report is measured against.
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>

int main(int argc, char **argv) {
    Dwarf *dwarf = dwarf_begin(open(argv[argc - 1], O_RDONLY), DWARF_C_READ);
    Dwarf_CU *unit = NULL, *next;
    Dwarf_Die entry;
    long rows = 0, sum = 0;
    for (; dwarf_get_units(dwarf, unit, &next, NULL, NULL, &entry, NULL) == 0; unit = next) {
        Dwarf_Lines *lines;
        size_t count = 0;
        if (dwarf_getsrclines(&entry, &lines, &count) != 0) continue;
        for (size_t index = 0; index < count; index++) {
            Dwarf_Line *row = dwarf_onesrcline(lines, index);
            Dwarf_Addr address;
            int line;
            if (dwarf_lineaddr(row, &address) == 0 && dwarf_lineno(row, &line) == 0) sum += address + line;
        }
        rows += count;
    }
    printf("%ld %ld\n", rows, sum);
    return rows == 0;
}
