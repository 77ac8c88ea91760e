package ghidra.program.model.listing;

public interface Function {}
