package ghidra.app.util.bin;

import java.io.IOException;

/** Reads a file's bytes in their order; numbers have their lowest byte first. */
public class BinaryReader {
    private final ByteProvider provider;
    private long index;

    public BinaryReader(ByteProvider provider, boolean isLittleEndian) {
        if (!isLittleEndian) throw new IllegalArgumentException();
        this.provider = provider;
    }

    public byte readNextByte() throws IOException {
        return provider.readByte(index++);
    }

    public int readNextUnsignedShort() throws IOException {
        int low = readNextByte() & 0xFF;
        return low | (readNextByte() & 0xFF) << 8;
    }

    public long readNextUnsignedInt() throws IOException {
        long low = readNextUnsignedShort();
        return low | (long) readNextUnsignedShort() << 16;
    }
}
