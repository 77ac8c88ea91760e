package ghidra.program.model.listing;

import ghidra.program.model.address.Address;

public interface Program {
    interface Root {
        Address getMinAddress();
    }

    interface Listing {
        Root getDefaultRootModule();
    }

    interface FunctionManager {
        Function getFunctionContaining(Address address);
    }

    Listing getListing();
    Address getImageBase();
    FunctionManager getFunctionManager();
}
