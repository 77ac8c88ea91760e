package cartographer;

import ghidra.program.model.address.AddressSpace;

class CartographerPlugin {
    static AddressSpace getAddressSpace(String name) {
        throw new UnsupportedOperationException();
    }
}
