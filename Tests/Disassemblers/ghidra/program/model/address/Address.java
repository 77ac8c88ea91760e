package ghidra.program.model.address;

public interface Address extends Comparable<Address> {
    AddressSpace getAddressSpace();
    long getOffset();
    Address add(long bytes);
}
