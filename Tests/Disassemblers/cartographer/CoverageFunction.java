package cartographer;

import ghidra.program.model.address.Address;

class CoverageFunction {
    CoverageFunction(CoverageFunction other) {}

    void addCoverageBlock(Address address, Integer size) {}
}
