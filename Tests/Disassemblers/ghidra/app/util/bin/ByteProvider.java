package ghidra.app.util.bin;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;

public interface ByteProvider {
    void close() throws IOException;
    File getFile();
    InputStream getInputStream(long index) throws IOException;
    String getName();
    String getAbsolutePath();
    long length() throws IOException;
    boolean isValidIndex(long index);
    byte readByte(long index) throws IOException;
    byte[] readBytes(long index, long length) throws IOException;
}
