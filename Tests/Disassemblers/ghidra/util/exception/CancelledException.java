package ghidra.util.exception;

public class CancelledException extends Exception {}
