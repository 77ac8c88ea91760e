package ghidra.util.task;

import ghidra.util.exception.CancelledException;

public class TaskMonitor {
    public void checkCancelled() throws CancelledException {}
    public void setMessage(String message) {}
}
