import cartographer.CoverageFile;
import ghidra.util.task.TaskMonitor;
import java.io.File;
import lightkeeper.io.file.DynamoRioFile;

/** Prints what a plug-in's own reader has read of a drcov file: a module's path, offset and size of a block a line. */
public class Blocks {
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("cartographer")) {
            cartographer(arguments[1]);
        } else {
            lightkeeper(arguments[1]);
        }
    }

    private static void print(Object path, Object offset, Object size) {
        System.out.println(path + "\t" + offset + "\t" + size);
    }

    private static Object field(Object object, String name) throws Exception {
        var field = object.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(object);
    }

    private static void cartographer(String path) throws Exception {
        var file = new CoverageFile(path);
        if (file.getStatusCode() != CoverageFile.STATUS.OK) throw new Exception(file.getStatusMessage());
        for (var module : file.getModules().entrySet()) {
            for (var block : module.getValue().getBasicBlocks()) {
                print(module.getKey(), field(block, "offset"), field(block, "size"));
            }
        }
    }

    private static void lightkeeper(String path) throws Exception {
        var file = new DynamoRioFile(new File(path));
        file.read(new TaskMonitor());
        for (var block : file.getBlocks()) {
            var module = file.getModules().stream().filter(m -> m.getId() == block.getModule()).findFirst().get();
            print(module.getPath(), block.getStart(), block.getSize());
        }
    }
}
