package consumer;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;

/** As much of a class file as tells what reflection its code calls: the constant pool. */
record ClassFile(String name, Set<String> reflection) {

    private static final int MAGIC = 0xCAFEBABE;

    private static final Set<String> LOOKUPS = Set.of(
            "forName",
            "getConstructor",
            "getConstructors",
            "getDeclaredConstructor",
            "getDeclaredConstructors",
            "getDeclaredField",
            "getDeclaredFields",
            "getDeclaredMethod",
            "getDeclaredMethods",
            "getField",
            "getFields",
            "getMethod",
            "getMethods",
            "getResource",
            "getResourceAsStream");

    static ClassFile read(InputStream content) throws IOException {
        DataInputStream in = new DataInputStream(content);
        if (in.readInt() != MAGIC) {
            throw new IOException("not a class file");
        }
        in.readInt();
        int count = in.readUnsignedShort();
        int[] tags = new int[count];
        int[] first = new int[count];
        int[] second = new int[count];
        String[] texts = new String[count];
        for (int i = 1; i < count; i++) {
            tags[i] = in.readUnsignedByte();
            switch (tags[i]) {
                case 1 -> texts[i] = in.readUTF();
                case 7, 8, 16, 19, 20 -> first[i] = in.readUnsignedShort();
                case 9, 10, 11, 12, 17, 18 -> {
                    first[i] = in.readUnsignedShort();
                    second[i] = in.readUnsignedShort();
                }
                case 3, 4 -> in.readInt();
                case 5, 6 -> {
                    in.readLong();
                    // They take two places.
                    i++;
                }
                case 15 -> {
                    in.readUnsignedByte();
                    in.readUnsignedShort();
                }
                default -> throw new IOException("constant of kind " + tags[i]);
            }
        }
        in.readUnsignedShort();
        String name = dotted(texts[first[in.readUnsignedShort()]]);
        Set<String> reflection = new TreeSet<>();
        for (int i = 1; i < count; i++) {
            if (tags[i] == 10 || tags[i] == 11) {
                String owner = dotted(texts[first[first[i]]]);
                String method = texts[first[second[i]]];
                if (isReflection(owner, method)) {
                    reflection.add(owner + "." + method);
                }
            }
        }
        return new ClassFile(name, reflection);
    }

    private static String dotted(String name) {
        return name.replace('/', '.');
    }

    private static boolean isReflection(String owner, String method) {
        return switch (owner) {
            case "java.lang.Class" -> LOOKUPS.contains(method);
            case "java.lang.ClassLoader" -> method.equals("loadClass")
                    || method.startsWith("getResource");
            case "java.lang.invoke.MethodHandles$Lookup" -> method.startsWith("find")
                    || method.startsWith("unreflect");
            case "java.lang.reflect.Proxy" -> method.equals("newProxyInstance");
            case "java.util.ResourceBundle" -> method.equals("getBundle");
            case "java.util.ServiceLoader" -> method.startsWith("load");
            default -> owner.startsWith("java.util.concurrent.atomic.")
                    && method.equals("newUpdater");
        };
    }
}
