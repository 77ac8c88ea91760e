package ghidra.program.model.address;

public interface AddressSpace {
    Address getAddressInThisSpaceOnly(long offset);
    Address getMinAddress();
}
